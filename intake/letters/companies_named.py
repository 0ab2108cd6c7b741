"""Organisations that a line of text names by their legal form: ООО «Ромашка», «Siemens GmbH»."""

import re
from functools import lru_cache

from intake.matching.companies import display_company, read_company
from intake.matching.legal_forms import BEHIND, IN_FRONT, LATIN_FORMS

_NAME_OF_A_PERSON = r"[А-ЯЁ][а-яё-]+(?:\s+[А-ЯЁ][а-яё-]+){1,2}|[А-ЯЁ][а-яё-]+\s+[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?"
_QUOTED = r"[«\"“„'][^»\"”\n]{2,80}[»\"”'](?:»)?"
_BARE = r"[А-ЯЁA-Z][\w&-]*(?:[ ][А-ЯЁA-Z\d][\w&-]*){0,3}"


def _any_of(forms: set[str]) -> str:
    return "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))


_SHORT = _any_of({form for form in IN_FRONT.values() if form not in LATIN_FORMS and form != "ИП"})
_LONG = _any_of({" ".join(words) for words in IN_FRONT if len(words) > 2})
_LATIN = _any_of({form for form in BEHIND.values() if form in LATIN_FORMS})
_COMPANY = re.compile(
    rf"\b(?:(?P<person>(?:ИП|[Ии]ндивидуальный предприниматель)\s+(?:{_NAME_OF_A_PERSON}))"
    rf"|(?P<russian>(?:{_SHORT}|(?i:{_LONG}))\s*(?:{_QUOTED}|{_BARE}))"
    rf"|(?P<latin>[A-Z][\w&-]*(?:[ ][A-Z\d&][\w&-]*){{0,3}},?[ ](?:{_LATIN})(?!\w)\.?)"
    rf"|(?i:компани[яи]|фирма|группа компаний|гк|завод|салон|студия|магазин"
    rf"|торговый дом)\s*(?P<called>{_QUOTED}))"
)
# One of these, or of the words below, stands in every line that names somebody; most lines have none.
_SIGN = re.compile(rf"[«\"“„']|[А-ЯЁ]{{2}}|[ ](?:{_LATIN})")
_WORDS = {" ".join(words)[-8:] for words in IN_FRONT if len(words) > 2} | {"предприниматель"}
_TRIM = " «»\"“”„'"


@lru_cache(maxsize=256)  # a signature's lines are looked at first by themselves
def companies_named(line: str) -> tuple[str, ...]:
    """Names as they are shown, in the line's order."""
    return tuple(_shown(match) for match in _COMPANY.finditer(line)) if _may_name(line) else ()


def _may_name(line: str) -> bool:
    folded = line.lower()
    return bool(_SIGN.search(line)) or any(word in folded for word in _WORDS)


def without_companies(line: str) -> str:
    """The line with a comma in place of each organisation."""
    return _COMPANY.sub(", ", line) if companies_named(line) else line


def _shown(match: re.Match[str]) -> str:
    if match["called"]:
        return match["called"].strip(_TRIM)
    company = read_company(match[0])
    return display_company(company.name, company.legal_form)

"""Names of organisations: the legal form is split off and kept, so ООО «Ромашка» = РОМАШКА, ООО = Ромашка."""

from dataclasses import dataclass

from intake.matching.legal_forms import BEHIND, IN_FRONT, LATIN_FORMS, LONGEST
from intake.matching.names import Word, fold, spans

MAX_NAME = 300  # letters that are looked at
_OPENING, _CLOSING = "«“„", "»”"
_QUOTES = _OPENING + _CLOSING + '"‟″'
_EDGES = _QUOTES + " ,;()-–—\t\r\n'‘’"


@dataclass(frozen=True, slots=True)
class CompanyName:
    """«Ромашка» and its legal form «ООО» (None when not said); `folded` is the name without the form."""

    name: str
    legal_form: str | None
    folded: str


def read_company(text: str) -> CompanyName:
    """A company's name as it may stand in a letter's footer or in a register. Never raises.

    The first legal form found is kept: in front in any script, behind too; what is only a form stays a name.
    """
    text = text[:MAX_NAME].strip()
    found = spans(text)
    form, left = _split_off(found)
    name = _trimmed(text, left)
    return CompanyName(name, form, " ".join(word.text for word in left))


_INNER = str.maketrans("«»", "„“")  # quotes inside quotes, as Russian typesets them


def display_company(name: str, legal_form: str | None) -> str:
    """ООО «Ромашка», ООО «Типография „Балтийский путь“», «ИП Иванов Иван Иванович», «Siemens GmbH»."""
    if not legal_form:
        return name
    if legal_form in LATIN_FORMS:
        return f"{name} {legal_form}"
    if legal_form == "ИП" or any(quote in name[:1] for quote in _OPENING):
        return f"{legal_form} {name}"
    return f"{legal_form} «{name.translate(_INNER)}»"


def fold_company(text: str) -> str:
    """A company's folded name without its legal form."""
    return read_company(text).folded or fold(text)


def _split_off(found: list[Word]) -> tuple[str | None, list[Word]]:
    """The longest form in front, else the longest one behind; never all there is."""
    texts = tuple(word.text for word in found)
    lengths = range(min(LONGEST, len(texts) - 1), 0, -1)
    for length in lengths:
        if form := IN_FRONT.get(texts[:length]):
            return form, found[length:]
    for length in lengths:
        if form := BEHIND.get(texts[-length:]):
            return form, found[:-length]
    return None, found


def _trimmed(text: str, left: list[Word]) -> str:
    """The text that the words left over stand in, with a quote that lost its pair given one again."""
    if not left:
        return text.strip(_EDGES)
    end = left[-1].end
    if len(left[-1].text) == 1 and text[end : end + 1] == ".":  # an initial's full stop
        end += 1
    name = text[left[0].start : end]
    missing = sum(name.count(quote) for quote in _OPENING) - sum(name.count(quote) for quote in _CLOSING)
    if missing > 0:
        return name + "»" * missing
    return f'{name}"' if name.count('"') % 2 else name

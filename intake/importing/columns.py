"""What a column may be, by its heading in Russian or English, or by what stands in it."""

import re
from collections.abc import Callable, Sequence

from intake.importing.targets import BY_KEY, TARGETS, Target
from intake.importing.values import lost_zeros, only_digits
from intake.matching.companies import read_company
from intake.matching.inn import clean_inn, inn_problem
from intake.matching.names import fold
from intake.matching.people import FIRST_NAMES
from intake.model.wizard import PartyKind

VAGUE = frozenset({"название", "name", "title"})  # of what?
ENOUGH = 0.7  # of a column's cells that look alike decide what it is
MOST_LOOKED_AT = 60  # cells of a column


def guess_columns(kind: PartyKind, headings: Sequence[str], sample: Sequence[Sequence[str]]) -> list[str]:
    """A target's key for each column, «» for those that say nothing. Exact headings win over parts of them,
    those over what stands in the cells."""
    folded = [fold(heading) for heading in headings]
    columns = [[row[place] for row in sample if place < len(row)] for place in range(len(headings))]
    guessed = [""] * len(headings)
    taken: set[str] = set()

    def give(place: int, key: str) -> None:
        if key in BY_KEY[kind] and not guessed[place] and (key not in taken or BY_KEY[kind][key].several):
            guessed[place] = key
            taken.add(key)

    for place, heading in enumerate(folded):
        give(place, _EXACT[kind].get(heading, ""))
    for place, heading in enumerate(folded):
        for target in TARGETS[kind]:
            if heading and target.pattern and re.search(target.pattern, heading):
                give(place, target.key)
    for place, cells in enumerate(columns):
        if not folded[place] or folded[place] in VAGUE:
            give(place, _by_content(kind, cells))
    _companys(kind, guessed, columns)
    return _reconsidered(kind, guessed, columns)


def _companys(kind: PartyKind, guessed: list[str], columns: list[list[str]]) -> None:
    """«Клиент» may be a person; where most have a legal form they are companies."""
    company = _KEYS_BY_CONTENT[kind]["company"]
    if kind is not PartyKind.ACCOUNT and "full_name" in guessed and company not in guessed:
        place = guessed.index("full_name")
        if _share(columns[place], _is_company) >= ENOUGH:
            guessed[place] = company


def looks_like_headings(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns rather than being data."""
    first = [fold(cell) for cell in rows[0]]
    known = sum(any(cell in exact for exact in _EXACT.values()) for cell in first if cell)
    if known >= 2 or (known and len([cell for cell in first if cell]) < 3):
        return True
    return not any(_is_data(cell) for cell in rows[0])


def _is_data(cell: str) -> bool:
    return "@" in cell or len(only_digits(cell)) >= 6


def _reconsidered(kind: PartyKind, guessed: list[str], columns: list[list[str]]) -> list[str]:
    """«Имя» with no «Фамилия» beside it, and three words in it, is the whole name."""
    prefix = "contact_" if kind is PartyKind.ACCOUNT else ""
    first, last, full = (f"{prefix}{part}_name" for part in ("first", "last", "full"))
    if first in guessed and last not in guessed and full not in guessed:
        place = guessed.index(first)
        if _share(columns[place], lambda cell: len(cell.split()) > 1) > 0.5:
            guessed[place] = full
    return guessed


def _by_content(kind: PartyKind, cells: Sequence[str]) -> str:
    for key, looks in _LOOKS:
        if _share(cells, looks) >= ENOUGH:
            return _KEYS_BY_CONTENT[kind].get(key, key)
    return ""


_KEYS_BY_CONTENT = {
    PartyKind.ACCOUNT: {"company": "name", "full_name": "contact_full_name"},
    PartyKind.CONTACT: {"company": "account", "inn": "account_inn", "kpp": "account_kpp"},
    PartyKind.LEAD: {"company": "organisation"},
}


def _share(cells: Sequence[str], looks: Callable[[str], bool]) -> float:
    filled = [cell.strip() for cell in cells if cell.strip()][:MOST_LOOKED_AT]
    return sum(map(looks, filled)) / len(filled) if filled else 0.0


def _is_email(cell: str) -> bool:
    return re.fullmatch(r"\S+@\S+\.\w{2,}", cell) is not None


def _is_inn(cell: str) -> bool:
    digits = lost_zeros(clean_inn(cell), (10, 12))
    return digits.isdigit() and len(digits) in (10, 12) and inn_problem(digits) is None


def _is_kpp(cell: str) -> bool:
    return re.fullmatch(r"\d{4}[\dA-Z]{2}\d{3}", cell) is not None and cell[6:] in ("001", "002", "003")


def _is_phone(cell: str) -> bool:
    digits = only_digits(cell)
    return len(digits) >= 10 and re.match(r"\+|[78]|9\d{9}\b|\(", cell) is not None and "@" not in cell


def _is_site(cell: str) -> bool:
    return re.fullmatch(r"(?:https?://|www\.)\S+|[\w-]+\.(?:ru|рф|com|su|org|net)", cell) is not None


def _is_company(cell: str) -> bool:
    return read_company(cell).legal_form is not None


def _is_person(cell: str) -> bool:
    words = fold(cell).split()
    return 2 <= len(words) <= 4 and any(
        word in FIRST_NAMES or word.endswith(("вич", "вна", "ична")) for word in words
    )


_LOOKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("email", _is_email),
    ("inn", _is_inn),
    ("phone", _is_phone),
    ("site", _is_site),
    ("kpp", _is_kpp),
    ("company", _is_company),
    ("full_name", _is_person),
)


def _exact(targets: tuple[Target, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for target in targets:
        for place, heading in enumerate((*target.russian, *target.english)):
            if place in (0, len(target.russian)):
                found[fold(heading)] = target.key
            found.setdefault(fold(heading), target.key)
    return found


_EXACT = {kind: _exact(targets) for kind, targets in TARGETS.items()}

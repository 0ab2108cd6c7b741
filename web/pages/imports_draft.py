"""The page on which columns are corrected: what it shows, and what its form says."""

from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.importing.csv_rows import DELIMITERS, Row
from intake.importing.drafting import PERSON, Drafter
from intake.importing.encodings import CHOICES
from intake.importing.limits import SHOWN_ROWS
from intake.importing.targets import BY_KEY
from intake.matching.companies import display_company
from intake.matching.phones import display_phone
from intake.model.imports import BadRow, Format, Found, Options, Party, Reading, options_of, reading_of
from intake.model.wizard import PartyKind
from storage.setup import names as people
from storage.tables.imports import Import
from web.pages import imports_words as words

EXAMPLES, EXAMPLE = 3, 60  # of each column, and how many letters of each
MAX_AREA_CODE, MAX_SOURCE = 5, 120


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it will be. `parts`: what is made of it, a title and its details each."""

    line: int
    parts: list[tuple[str, str, list[str]]]
    reason: str = ""
    cells: tuple[str, ...] = ()


async def draft_context(session: AsyncSession, found: Import) -> dict[str, Any]:
    """Everything templates/imports/draft.html asks for besides the import itself."""
    return {
        "columns": [_column(found, place) for place in range(len(found.columns))],
        "choices": words.target_choices(found.kind),
        "lines": preview(found),
        "people": [("", "—"), *await people(session)],
        "error": "",
        "options": options_of(found.options),
        "reading": reading_of(found.reading),
        "sheets": [("" if place == 0 else name, name) for place, name in enumerate(found.sheets)],
    }


def preview(found: Import) -> list[Line]:
    drafter = Drafter(found.kind, found.columns, found.headings, options_of(found.options))
    first = 1 + bool(found.reading.get("headed"))
    rows = [Row(number, row) for number, row in enumerate(found.sample[:SHOWN_ROWS], first) if any(row)]
    return [_line(found.kind, drafter, row) for row in rows]


def read_choices(found: Import, typed: dict[str, str]) -> tuple[Reading, list[str], Options]:
    """What the form says; a choice that makes no sense is as it was."""
    columns = [
        key if (key := typed.get(f"column-{place}", was)) in BY_KEY[found.kind] else ""
        for place, was in enumerate(found.columns)
    ]
    return _reading(reading_of(found.reading), found.sheets, typed), columns, _options(found, typed)


def _reading(was: Reading, sheets: list[str], typed: dict[str, str]) -> Reading:
    encoding, delimiter, sheet = (typed.get(name, "") for name in ("encoding", "delimiter", "sheet"))
    return Reading(
        format=Format(was.format),
        encoding=encoding if encoding in CHOICES else was.encoding,
        delimiter=delimiter if delimiter in DELIMITERS else was.delimiter,
        sheet=sheet if sheet in sheets and (was.sheet or sheet != sheets[0]) else was.sheet,
        headed=typed["headed"] == "yes" if typed.get("headed") in ("yes", "no") else was.headed,
    )


def _options(found: Import, typed: dict[str, str]) -> Options:
    was = options_of(found.options)
    person, area = typed.get("responsible_id", ""), typed.get("area_code", was.area_code).strip()
    policy = typed.get("found", was.found)
    return Options(
        found=Found(policy) if policy in set(Found) else was.found,
        responsible_id=int(person) if person.isascii() and person.isdecimal() and len(person) < 10 else None,
        area_code=area if area.isascii() and area.isdecimal() and len(area) <= MAX_AREA_CODE else "",
        source=" ".join(typed.get("source", was.source).split())[:MAX_SOURCE],
    )


def _column(found: Import, place: int) -> dict[str, Any]:
    cells = [row[place].strip() for row in found.sample if place < len(row)]
    return {
        "heading": found.headings[place] if place < len(found.headings) else "",
        "examples": [cell[:EXAMPLE] for cell in cells if cell][:EXAMPLES],
        "key": found.columns[place],
    }


def _line(kind: PartyKind, drafter: Drafter, row: Row) -> Line:
    drafted = drafter.draft(row)
    if isinstance(drafted, BadRow):
        return Line(row.line, [], words.reason_of(kind, drafted), drafted.cells)
    order = sorted(drafted.parties.items(), key=lambda pair: pair[0] != kind.value)
    return Line(row.line, [(name, _title(party), _details(name, party)) for name, party in order])


def _title(party: Party) -> str:
    fields = party.fields
    person = " ".join(fields[part] for part in PERSON if fields.get(part))
    if "name" in fields:
        return display_company(fields["name"], fields.get("legal_form"))
    return person or fields.get("organisation") or next((point.raw for point in party.points), "")


def _details(kind: str, party: Party) -> list[str]:
    """Telephones and addresses, then every other field with its name."""
    points = [_point(point.kind, point.value, point.extension) for point in party.points]
    fields = party.fields
    shown = (
        [fields["organisation"]]
        if fields.get("organisation") and any(fields.get(part) for part in PERSON)
        else []
    )
    hidden = {"name", "legal_form", "kind", "organisation", "created", *PERSON}
    targets = BY_KEY[PartyKind(kind)]
    others = [
        f"{words.label(targets[name])}: {value}"
        for name, value in fields.items()
        if name not in hidden and value and name in targets
    ]
    return [*shown, *points, *others]


def _point(kind: str, value: str, extension: str | None) -> str:
    if kind != "phone":
        return value
    return display_phone(value) + (f" доб. {extension}" if extension else "")

"""A row of cells becomes records: an account with its contact person, a contact and whose it is, or a lead.

What is no phone and no address is kept in the description, so that nothing of a row is lost.
"""

from collections.abc import Callable, Sequence
from typing import Any

from intake.errors import IntakeError, Rejected
from intake.importing import values
from intake.importing.csv_rows import Row
from intake.importing.limits import MOST_COLUMNS
from intake.matching.companies import fold_company, read_company
from intake.matching.names import fold
from intake.matching.people import read_person
from intake.model.imports import BadRow, Draft, Options, Party, Point
from intake.model.wizard import PartyKind

MAX_DESCRIPTION = 10_000
PERSON = ("last_name", "first_name", "middle_name")
CONTACT_PREFIX = "contact_"
_TEXTS = {
    "country": 80, "city": 120, "industry": 120, "source": 120, "position": 200, "department": 200,
    "address": 500, "type": 40, "rating": 40, "status": 40, "legal_form": 40,
}  # fmt: skip
_POINTS: dict[str, Callable[[str], list[Point]]] = {
    "email": values.emails,
    "site": values.sites,
    "messenger": values.messengers,
}
_NUMBERS: dict[str, Callable[[str], Any]] = {
    "ogrn": values.ogrn,
    "kpp": values.kpp,
    "employees": values.people,
    "revenue": values.money,
    "created": values.moment,
}

Given = dict[str, list[tuple[str, str]]]  # target -> (heading, cell) of each of its columns that is not empty


class Drafter:
    """Knows what each column is; made once for a file."""

    def __init__(
        self, kind: PartyKind, columns: Sequence[str], headings: Sequence[str], options: Options
    ) -> None:
        self._make = {
            PartyKind.ACCOUNT: self._account,
            PartyKind.CONTACT: self._contact,
            PartyKind.LEAD: self._lead,
        }[kind]
        self._columns = [
            (place, key, headings[place] if place < len(headings) else "")
            for place, key in enumerate(columns)
            if key
        ]
        self._options = options

    def draft(self, row: Row) -> Draft | BadRow:
        """What the row becomes, or why it cannot. Never raises."""
        cells = tuple(row.cells[:MOST_COLUMNS])
        if row.problem or len(row.cells) > MOST_COLUMNS:
            return BadRow(row.line, row.problem or "too-many-cells", {}, cells)
        given: Given = {}
        for place, key, heading in self._columns:
            if place < len(cells) and (cell := values.clean(cells[place])):
                given.setdefault(key, []).append((heading, cell))
        try:
            return Draft(row.line, self._make(given), cells)
        except IntakeError as error:
            return BadRow(row.line, error.code, error.params, cells)

    def _account(self, given: Given) -> dict[str, Party]:
        person = {
            key.removeprefix(CONTACT_PREFIX): given.pop(key)
            for key in list(given)
            if key.startswith(CONTACT_PREFIX)
        }
        contact = self._party(person, _person(person)) if person else None
        name = _first(given, "name")
        if name:
            fields = _company(name, _first(given, "legal_form"))
        elif contact and any(contact.fields.get(part) for part in PERSON):
            full = " ".join(contact.fields[part] for part in PERSON if contact.fields[part])
            fields = {"name": full, "kind": "person"}
        else:
            raise Rejected("name-missing", field="name")
        account = self._party(given, fields)
        if contact is None or not any(contact.fields.get(part) for part in PERSON):
            return {"account": _with_points(account, contact.points if contact else ())}
        return {"account": account, "contact": contact}

    def _contact(self, given: Given) -> dict[str, Party]:
        company = {
            key.removeprefix("account_"): given.pop(key) for key in list(given) if key.startswith("account")
        }
        contact = self._party(given, _person(given))
        if not any(contact.fields.get(part) for part in PERSON):
            raise Rejected("name-missing", field="last_name")
        name = _first(company, "account")
        if not name and "inn" not in company:
            return {"contact": contact}
        fields = _company(name, "") if name else {"name": ""}
        return {"account": self._party(company, fields), "contact": contact}

    def _lead(self, given: Given) -> dict[str, Party]:
        organisation = values.fit("organisation", _first(given, "organisation"), 300)
        lead = self._party(given, _person(given) | {"organisation": organisation or None})
        if not organisation and not any(lead.fields.get(part) for part in PERSON) and not lead.points:
            raise Rejected("name-missing", field="organisation")
        return {"lead": lead}

    def _party(self, given: Given, named: dict[str, Any]) -> Party:
        fields = dict(named)
        left: list[str] = []
        points: list[Point] = []
        for key, cells in given.items():
            if key in _TEXTS and key not in fields:
                text = ", ".join(cell for _, cell in cells) if key == "address" else cells[0][1]
                fields[key] = values.fit(key, text, _TEXTS[key])
            elif key in _NUMBERS:
                fields[key] = _NUMBERS[key](cells[0][1])
            elif key == "inn":
                numbers = zip(("inn", "kpp"), values.inn_and_kpp(cells[0][1]), strict=True)
                fields |= {name: number for name, number in numbers if number}
            elif key == "phone" or key in _POINTS:
                points += self._points(key, cells, left)
        if "description" in given or left:
            fields["description"] = _description(given.get("description", []), left)
        number = _first(given, "number")
        return Party(
            fields=fields,
            names=_names(fields),
            points=tuple({(one.kind, one.value, one.extension): one for one in points}.values()),
            number=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
            responsible=fold(_first(given, "responsible")),
        )

    def _points(self, key: str, cells: list[tuple[str, str]], left: list[str]) -> list[Point]:
        found: list[Point] = []
        for heading, cell in cells:
            read = values.phones(cell, self._options.area_code) if key == "phone" else _POINTS[key](cell)
            if not read:
                left.append(f"{heading}: {cell}" if heading else cell)
            found += read
        return found


def _first(given: Given, key: str) -> str:
    return given[key][0][1] if key in given else ""


def _company(name: str, legal_form: str) -> dict[str, Any]:
    read = read_company(values.fit("name", name, 300))
    form = values.fit("legal_form", legal_form, 40) or read.legal_form
    kind = "sole-trader" if form in ("ИП", "КФХ") else "company"
    return {"name": read.name, "legal_form": form, "kind": kind}


def _person(given: Given) -> dict[str, str]:
    """The parts of a name; what its own column says wins over what is read from the whole."""
    whole = _first(given, "full_name")
    read = read_person(whole)
    parts = {"last_name": read.last, "first_name": read.first, "middle_name": read.middle}
    if whole and not any(parts.values()):
        parts["last_name"] = whole
    return {part: values.fit(part, _first(given, part) or parts[part], 120) for part in PERSON}


def _names(fields: dict[str, Any]) -> tuple[str, ...]:
    """Folded as the search keeps them (storage/search)."""
    if "name" in fields:
        return (fold_company(fields["name"]),)
    person = fold(" ".join(fields[part] for part in PERSON))
    return (person, fold_company(fields["organisation"] or "")) if "organisation" in fields else (person,)


def _with_points(party: Party, points: tuple[Point, ...]) -> Party:
    return Party(party.fields, party.names, party.points + points, party.number, party.responsible)


def _description(given: list[tuple[str, str]], left: list[str]) -> str:
    """Several columns each under its heading."""
    if len(given) > 1:
        texts = [f"{heading}: {cell}" if heading else cell for heading, cell in given]
    else:
        texts = [cell for _, cell in given]
    text = "\n".join([*texts, *left])
    if len(text) > MAX_DESCRIPTION:
        raise Rejected("too-long", field="description", limit=MAX_DESCRIPTION)
    return text

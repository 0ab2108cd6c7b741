"""What an import finds there already: by number, ИНН and КПП, telephone or address; never by name alone.

A key says that two records may be one; their names and numbers must not say otherwise. People share
telephones, so «Петров» is not taken for «Иванов» who has the same one.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from intake.errors import Rejected
from intake.matching.names import fold
from intake.model.imports import Draft, Party
from intake.model.wizard import PartyKind
from storage.access import Actor, within
from storage.batches import batches
from storage.parties import TABLES
from storage.tables import metadata
from storage.tables.parties import OWNERS, Account, Contact, PointKind

PERSON = ("last_name", "first_name", "middle_name")
KEYS = (PointKind.PHONE, PointKind.EMAIL)
MOST_SHARING = 50  # records with one telephone or address; from there on it says nothing

_POINT = metadata.tables["contact_point"]

PointKey = tuple[str, str, str | None]  # kind, value, extension


@dataclass(eq=False, slots=True)
class Record:
    """A record as it is while a batch is put together. `before`: what a stored one had where it is changed;
    `added`: points that it gets."""

    kind: PartyKind
    id: int
    values: dict[str, Any]
    new: bool
    names: tuple[str, ...] | None = None  # folded, of a new one
    points: set[PointKey] = field(default_factory=set)
    before: dict[str, Any] = field(default_factory=dict)
    added: list[dict[str, Any]] = field(default_factory=list)

    @property
    def touched(self) -> bool:
        return self.new or bool(self.before or self.added)


class Known:
    """The records that a batch of drafts may be about, those that the batch itself makes included."""

    def __init__(self, common: set[str]) -> None:
        self._common = common
        self.records: dict[tuple[PartyKind, int], Record] = {}
        self._by_inn: dict[tuple[PartyKind, str], list[Record]] = defaultdict(list)
        self._by_point: dict[tuple[PartyKind, str, str], list[Record]] = defaultdict(list)
        self._by_name: dict[str, list[Record]] = defaultdict(list)
        self._people: dict[tuple[int, str], list[Record]] = defaultdict(list)

    def add(self, record: Record) -> None:
        """Found from now on by all it has."""
        self.records[record.kind, record.id] = record
        if inn := record.values.get("inn"):
            self._by_inn[record.kind, inn].append(record)
        if record.kind is PartyKind.ACCOUNT:
            self._by_name[record.values["folded"]].append(record)
        if record.kind is PartyKind.CONTACT and record.values["account_id"]:
            self._people[record.values["account_id"], record.values["folded"]].append(record)

    def add_point(self, record: Record, key: PointKey) -> None:
        record.points.add(key)
        self._by_point[record.kind, key[0], key[1]].append(record)

    def match(
        self, kind: PartyKind, party: Party, account_ids: Sequence[int | None] | None = None
    ) -> Record | None:
        """The one record that the party is, or None. `account_ids`: whose a contact may be.

        Raises Rejected("several-fit") when it could be more than one.
        """
        named = self.records.get((kind, party.number or 0))
        if named is not None and _agree(kind, party, named):
            return named
        fitting = self._with_inn(kind, party) or self._with_points(kind, party)
        if account_ids is not None:
            fitting = [one for one in fitting if one.values["account_id"] in account_ids]
        return _only(fitting, party)

    def colleague(self, account_id: int, party: Party) -> Record | None:
        """Somebody of exactly this name at this very account."""
        return next(iter(self._people.get((account_id, party.names[0]), ())), None)

    def account_named(self, party: Party) -> Record | None:
        """Whose a contact says to be: of exactly this name, legal form too where both have one.

        Raises Rejected("several-fit").
        """
        named = [one for one in self._by_name.get(party.names[0], ()) if _same_number(party, one)]
        form = party.fields.get("legal_form")
        return _only([one for one in named if _same_or_none(form, one.values["legal_form"])], party)

    def _with_inn(self, kind: PartyKind, party: Party) -> list[Record]:
        found = self._by_inn.get((kind, party.fields.get("inn") or ""), [])
        if kind is PartyKind.LEAD:
            return [one for one in found if _agree(kind, party, one)]
        kpp = party.fields.get("kpp")
        exact = [one for one in found if kpp and one.values["kpp"] == kpp]
        return exact or [one for one in found if _same_or_none(kpp, one.values["kpp"])]

    def _with_points(self, kind: PartyKind, party: Party) -> list[Record]:
        found: dict[int, Record] = {}
        for point in party.points:
            if point.kind in KEYS and point.value not in self._common:
                owners = self._by_point.get((kind, point.kind, point.value), ())
                found.update((one.id, one) for one in owners[: MOST_SHARING + 1])
        return [one for one in found.values() if _agree(kind, party, one)]


def load_known(connection: Connection, drafts: Sequence[Draft], who: Actor, common: set[str]) -> Known:
    """`common` is kept for the whole import: what turns out to be on very many records is put into it."""
    known = Known(common)
    wanted: dict[PartyKind, list[Party]] = defaultdict(list)
    for draft in drafts:
        for kind, party in draft.parties.items():
            wanted[PartyKind(kind)].append(party)
    owners = _owners(connection, drafts, common)
    for kind, parties in wanted.items():
        table: Any = TABLES[kind]
        ids = owners[kind] | {party.number for party in parties if party.number is not None}
        _read(connection, known, kind, table.id, ids, who)
        if kind is not PartyKind.CONTACT:
            inns = {inn for party in parties if (inn := party.fields.get("inn"))}
            _read(connection, known, kind, table.inn, inns, who)
    if PartyKind.CONTACT in wanted and PartyKind.ACCOUNT in wanted:
        names = {party.names[0] for party in wanted[PartyKind.ACCOUNT] if not party.fields.get("inn")}
        _read(connection, known, PartyKind.ACCOUNT, Account.folded, names - {""}, who)
        _read_colleagues(connection, known, {party.names[0] for party in wanted[PartyKind.CONTACT]}, who)
    _read_points(connection, known)
    return known


def _owners(connection: Connection, drafts: Sequence[Draft], common: set[str]) -> dict[PartyKind, set[int]]:
    """Whose the telephones and addresses of the drafts are."""
    owners: dict[PartyKind, set[int]] = {kind: set() for kind in PartyKind}
    points = [point for draft in drafts for party in draft.parties.values() for point in party.points]
    for kind in KEYS:
        values = {point.value for point in points if point.kind == kind} - common
        found: dict[str, list[tuple[int | None, ...]]] = defaultdict(list)
        for some in batches(sorted(values)):
            query = select(_POINT.c.value, *(_POINT.c[f"{owner}_id"] for owner in OWNERS)).where(
                _POINT.c.kind == kind, _POINT.c.value.in_(some)
            )
            for value, *ids in connection.execute(query):
                found[value].append(tuple(ids))
        for value, rows in found.items():
            if len(rows) > MOST_SHARING:
                common.add(value)
                continue
            for ids_of in rows:
                for party_kind, row_id in zip(PartyKind, ids_of, strict=True):
                    if row_id is not None:
                        owners[party_kind].add(row_id)
    return owners


def _read(
    connection: Connection, known: Known, kind: PartyKind, column: Any, values: Iterable[Any], who: Actor
) -> None:
    table: Any = TABLES[kind]
    for some in batches(sorted(values)):
        query = select(table.__table__).where(column.in_(some), within(who, table))
        for row in connection.execute(query).mappings():
            if (kind, row["id"]) not in known.records:
                known.add(Record(kind, row["id"], dict(row), new=False))


def _read_colleagues(connection: Connection, known: Known, names: set[str], who: Actor) -> None:
    accounts = [row_id for kind, row_id in known.records if kind is PartyKind.ACCOUNT]
    for some in batches(sorted(accounts)):
        query = select(Contact.__table__).where(  # type: ignore[attr-defined]
            col(Contact.account_id).in_(some), within(who, Contact)
        )
        for row in connection.execute(query).mappings():
            if row["folded"] in names and (PartyKind.CONTACT, row["id"]) not in known.records:
                known.add(Record(PartyKind.CONTACT, row["id"], dict(row), new=False))


def _read_points(connection: Connection, known: Known) -> None:
    for kind in PartyKind:
        owner = _POINT.c[f"{kind.value}_id"]
        ids = [row_id for of, row_id in known.records if of is kind]
        for some in batches(sorted(ids)):
            query = select(owner, _POINT.c.kind, _POINT.c.value, _POINT.c.extension).where(owner.in_(some))
            for row_id, point_kind, value, extension in connection.execute(query):
                known.add_point(known.records[kind, row_id], (str(point_kind.value), value, extension))


def _only(fitting: list[Record], party: Party) -> Record | None:
    if len(fitting) > 1:
        named = [one for one in fitting if one.values["folded"] == " ".join(party.names).strip()]
        fitting = named or fitting
    if len(fitting) > 1:
        raise Rejected("several-fit", numbers=", ".join(str(one.id) for one in fitting[:5]))
    return fitting[0] if fitting else None


def _agree(kind: PartyKind, party: Party, record: Record) -> bool:
    """Nothing that both say differs."""
    if not _same_number(party, record):
        return False
    if kind is PartyKind.ACCOUNT:
        return _same_words(party.names[0], record.values["folded"])
    person = all(_same_part(party.fields.get(part), record.values[part]) for part in PERSON)
    if kind is PartyKind.CONTACT:
        return person
    return person and _same_words(
        fold(party.fields["organisation"] or ""), fold(record.values["organisation"] or "")
    )


def _same_number(party: Party, record: Record) -> bool:
    return all(_same_or_none(party.fields.get(name), record.values.get(name)) for name in ("inn", "kpp"))


def _same_or_none(one: str | None, other: str | None) -> bool:
    return not one or not other or one == other


def _same_part(one: str | None, other: str | None) -> bool:
    """«Иван», «И.» and nothing at all."""
    first, second = fold(one or ""), fold(other or "")
    if min(len(first), len(second)) == 1:
        return first[0] == second[0]
    return _same_or_none(first, second)


def _same_words(one: str, other: str) -> bool:
    """«Ромашка» and «Ромашка Москва»; not «Ромашка Тула» and «Ромашка Москва»."""
    first, second = set(one.split()), set(other.split())
    return first <= second or second <= first

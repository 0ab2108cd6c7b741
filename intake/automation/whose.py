"""Who it is, by exact keys alone. Pure: whose the keys are was asked before, for many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.model.rules import Known, Party
from storage.exact_keys import Interests, OpenInterest, Owner, Owners

MANY = 3  # people on one number or address, after which it says nothing about whose it is


@dataclass(frozen=True, slots=True)
class Keys:
    """What somebody said of themselves: phones with their extensions, addresses, ИНН and КПП; and by which
    key a messenger knows them, which is nobody else's."""

    phones: tuple[tuple[str, str], ...] = ()
    emails: tuple[str, ...] = ()
    inn: str = ""
    kpp: str = ""
    identities: tuple[str, ...] = ()

    @property
    def points(self) -> tuple[str, ...]:
        return (*(phone for phone, _ in self.phones), *self.emails, *self.identities)

    @property
    def inns(self) -> tuple[str, ...]:
        return (self.inn,) if self.inn else ()


@dataclass(frozen=True, slots=True)
class Told:
    """What one key tells: the one it belongs to, or that a person must say who is meant."""

    key: str
    owner: Owner | None  # None: several, or many


def who(
    keys: Keys, owners: Owners, interests: Interests, at: datetime | None = None
) -> tuple[Known, Party | None]:
    """The one party that all keys that anybody has lead to. `at`: as it was known then; None: now.

    Keys of different parties, a key of several, a phone of one who has another ИНН than was said: SEVERAL.
    """
    told = [one for one in _each(keys, owners, at) if one is not None]
    if not told:
        return Known.NOBODY, None
    found = [one.owner for one in told if one.owner is not None]
    if len(found) < len(told) or _differ(found) or _another_inn(keys, told, found):
        return Known.SEVERAL, None
    party = _party(found, interests, tuple(one.key for one in told), at)
    return (Known.LEAD if party.lead_id else Known.CLIENT), party


def _each(keys: Keys, owners: Owners, at: datetime | None) -> Iterable[Told | None]:
    for phone, extension in keys.phones:
        yield _of_point(phone, _then(owners.points.get(phone, ()), at), extension)
    for key in (*keys.emails, *keys.identities):
        yield _of_point(key, _then(owners.points.get(key, ()), at), "")
    if keys.inn:
        yield _of_inn(keys, _then(owners.inns.get(keys.inn, ()), at))


def _then(owners: Sequence[Owner], at: datetime | None) -> list[Owner]:
    return [one for one in owners if at is None or one.since <= at]


def _of_point(value: str, owners: list[Owner], extension: str) -> Told | None:
    if not owners:
        return None
    at_extension = [one for one in owners if extension and one.extension == extension]
    if at_extension:
        return Told(value, _one(at_extension))
    if len(owners) > MANY or any(one.shared for one in owners):
        return Told(value, None)
    return Told(value, _one(owners))


def _of_inn(keys: Keys, owners: list[Owner]) -> Told | None:
    """A company is ИНН and КПП: another КПП is another branch."""
    fitting = [one for one in owners if not (keys.kpp and one.kpp) or one.kpp == keys.kpp]
    if not owners:
        return None
    return Told(keys.inn, _one(fitting)) if fitting else Told(keys.inn, None)


def _one(owners: list[Owner]) -> Owner | None:
    """Of several contacts of one account that account; None where it is not one party."""
    if _parties_differ(owners):
        return None
    people = {one.contact_id for one in owners if one.contact_id is not None}
    if len(people) > 1:
        return next((one for one in owners if one.contact_id is None), _without_person(owners[0]))
    return max(owners, key=lambda one: one.contact_id or 0)


def _without_person(owner: Owner) -> Owner | None:
    if owner.account_id is None:
        return None
    return Owner(owner.account_id, None, None, owner.responsible_id, owner.inn, owner.since)


def _differ(owners: Sequence[Owner]) -> bool:
    """Whether they are not one party and person: two companies, a lead and a client, two people."""
    people = {one.contact_id for one in owners if one.contact_id is not None}
    return len(people) > 1 or _parties_differ(owners)


def _parties_differ(owners: Sequence[Owner]) -> bool:
    accounts = {one.account_id for one in owners if one.account_id is not None}
    contacts = {one.contact_id for one in owners if one.contact_id is not None}
    leads = {one.lead_id for one in owners if one.lead_id is not None}
    alone = any(one.contact_id is not None and one.account_id is None for one in owners)
    if len(accounts) > 1 or len(leads) > 1 or (leads and (accounts or contacts)):
        return True
    return alone and (bool(accounts) or len(contacts) > 1)  # people without a company are one or nobody


def _another_inn(keys: Keys, told: Sequence[Told], found: Sequence[Owner]) -> bool:
    by_inn = any(one.key == keys.inn for one in told)
    return bool(keys.inn) and not by_inn and any(one.inn and one.inn != keys.inn for one in found)


def _party(found: Sequence[Owner], interests: Interests, keys: tuple[str, ...], at: datetime | None) -> Party:
    account_id, contact_id, lead_id = (
        next((getattr(one, name) for one in found if getattr(one, name) is not None), None)
        for name in ("account_id", "contact_id", "lead_id")
    )
    nearest = max(found, key=lambda one: (one.contact_id is not None, one.responsible_id is not None))
    ids = {"account_id": account_id, "contact_id": contact_id, "lead_id": lead_id}
    theirs = [interests.get((name, id_), []) for name, id_ in ids.items() if id_ is not None]
    mine = {one.id for some in theirs for one in some if _was_open(one, at)}
    return Party(account_id, contact_id, lead_id, nearest.responsible_id, tuple(sorted(mine)), keys)


def _was_open(one: OpenInterest, at: datetime | None) -> bool:
    return at is None or (one.since <= at and (one.until is None or one.until > at))

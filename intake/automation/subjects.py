"""Events as rules see them. What is asked of the database is asked for many at once, so that the past can be
asked as quickly as it goes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from intake.automation.heard import Heard, hear
from intake.automation.whose import who
from intake.model.rules import About, Rule, Subject
from intake.model.worktime import ALWAYS, WorkHours
from storage import subjects as stored
from storage.exact_keys import Interests, Owners, open_interests, owners_of
from storage.subjects import Asked, House

LATELY = timedelta(days=30)  # whoever was heard within them comes again


@dataclass(frozen=True, slots=True)
class Asking:
    """What is the same for all events: our own addresses, working hours, what the rules want to know.

    `then`: who it was and what was open as it was known when the event was heard; else as it is known now.
    """

    house: House
    hours: WorkHours = ALWAYS
    asked: Asked = field(default_factory=Asked)
    then: bool = False


def wanted_by(rules: Sequence[Rule]) -> Asked:
    """What they ask about that is dear to fetch."""
    about = {condition.about for rule in rules for condition in rule.conditions}
    return Asked(
        body=bool(about & {About.BODY, About.LANGUAGE}),
        headers=About.HEADER in about,
        again=About.AGAIN in about,
    )


def subjects_of(connection: Connection, events: list[Any], asking: Asking) -> list[Subject]:
    """In their order; what rules are not asked about (a call of ours to the outside) is left out."""
    found = stored.stored_of(connection, events, asking.asked)
    heard = [one for row in events if (one := hear(row, found, asking.house)) is not None]
    owners = owners_of(
        connection, _all(heard, lambda one: one.keys.points), _all(heard, lambda one: one.keys.inns)
    )
    interests = _interests(connection, heard, owners, asking)
    before = _before(connection, heard) if asking.asked.again and heard else {}
    return [_subject(one, owners, interests, before, asking) for one in heard]


def subject_of(connection: Connection, event_id: int, asking: Asking) -> Subject | None:
    """One event; None for what rules are not asked about."""
    return next(iter(subjects_of(connection, stored.events(connection, [event_id]), asking)), None)


def _subject(
    one: Heard, owners: Owners, interests: Interests, before: Mapping[str, Any], asking: Asking
) -> Subject:
    known, party = who(one.keys, owners, interests, one.heard_at if asking.then else None)
    return one.subject(
        known=known,
        party=party,
        working_time=asking.hours.is_open(one.said.at),
        again=any(
            one.said.at - LATELY <= at < one.said.at and inquiry_id != one.said.inquiry_id
            for at, inquiry_id in before.get(one.said.sender, ())
        ),
    )


def _interests(connection: Connection, heard: Sequence[Heard], owners: Owners, asking: Asking) -> Interests:
    every = [one for some in (*owners.points.values(), *owners.inns.values()) for one in some]
    since = min((one.heard_at for one in heard), default=None) if asking.then else None
    return open_interests(connection, every, since)


def _before(connection: Connection, heard: Sequence[Heard]) -> dict[str, list[tuple[datetime, int]]]:
    moments = [one.said.at for one in heard]
    senders = [one.said.sender for one in heard if one.said.sender]
    return stored.heard(connection, senders, min(moments) - LATELY, max(moments))


def _all(heard: Sequence[Heard], keys: Callable[[Heard], Collection[str]]) -> list[str]:
    return sorted({key for one in heard for key in keys(one)})

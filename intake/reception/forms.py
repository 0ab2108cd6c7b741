"""Writing down what visitors send by forms, and what follows from it: of several in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.forms import Taken
from intake.reception.form_rows import (
    Sent,
    consent_values,
    fact_of,
    file_values,
    inquiry_columns,
    said_columns,
    submission_values,
)
from intake.reception.house import House
from storage import callers, submissions_write, touches
from storage.callers import NOBODY, Caller
from storage.database import announce
from storage.deciding import TOUCHED, ask_to_decide
from storage.events import record_each
from storage.history import stored_id
from storage.openings import open_inquiries
from storage.submissions_write import Heard, Known
from storage.tables.forms import SubmissionState
from storage.tables.inquiries import Channel
from storage.touches import Coming, Recent

CORRECTED = 24 * 60  # minutes in which what comes of the same rendering corrects what had problems

Fact = tuple[str, str]


@dataclass(slots=True)
class _Fresh:
    """A submission on its way in: what was judged of it, and where it is written."""

    sent: Sent
    state: SubmissionState
    ignored_by: int | None
    caller: Caller = NOBODY
    inquiry_id: int | None = None
    recent: Recent | None = None  # that it joins

    @property
    def coming(self) -> Coming:
        sent = self.sent
        said = said_columns(sent)
        return Coming(sent.keys, sent.event.at, Channel.FORM, inn=sent.inn, caller=self.caller, said=said)


async def take_forms(session: AsyncSession, sent: Sequence[Sent], house: House) -> list[Taken]:
    """Write each down and do what follows from it. Raises IntegrityError when the same comes by another
    process at this very moment; then nothing may be committed.

    The keys of all are held at first: two transactions that took one after another would wait crosswise."""
    await touches.hold(session, {key for one in sent for key in _tied(one)})
    taken: dict[int, Taken] = {}
    waiting = list(enumerate(sent))
    while waiting:
        some, waiting = _apart(waiting)
        came = await _take_some(session, [one for _, one in some], house)
        taken |= zip((place for place, _ in some), came, strict=True)
    return [taken[place] for place in range(len(sent))]


def _tied(sent: Sent) -> set[str]:
    """What two of them must not have in common to be taken at the same time."""
    event = sent.event
    facts = {f"{event.channel} {one}" for one in (event.external_id, event.earlier) if one}
    return {*facts, *sent.keys, *filter(None, [sent.rendering])}


def _apart(waiting: Iterable[tuple[int, Sent]]) -> tuple[list[tuple[int, Sent]], list[tuple[int, Sent]]]:
    """Those that have nothing to do with one another, and those that must see what became of these."""
    some: list[tuple[int, Sent]] = []
    later: list[tuple[int, Sent]] = []
    seen: set[str] = set()
    for one in waiting:
        tied = _tied(one[1])
        (some if seen.isdisjoint(tied) else later).append(one)
        seen |= tied
    return some, later


async def _take_some(session: AsyncSession, sent: Sequence[Sent], house: House) -> list[Taken]:
    heard = await submissions_write.heard(session, {fact for one in sent for fact in _facts(one)})
    before = [_before(one, heard) for one in sent]
    new = [one for one, known in zip(sent, before, strict=True) if known is None]
    written = iter(await _write(session, new, house) if new else [])
    return [
        Taken(known.number, fresh=False, inquiry_id=known.inquiry_id) if known else next(written)
        for known in before
    ]


def _facts(sent: Sent) -> set[Fact]:
    event = sent.event
    return {(event.channel, one) for one in (event.external_id, event.earlier) if one}


def _before(sent: Sent, heard: dict[Fact, Heard]) -> Heard | None:
    """The same request, if it is there: by its name, or by the one it had a window before."""
    event = sent.event
    if (same := heard.get(sent.fact)) is not None:
        return same
    earlier = heard.get((event.channel, event.earlier)) if event.earlier else None
    window = timedelta(minutes=event.same_minutes)
    return earlier if earlier is not None and earlier.at >= event.at - window else None


async def _write(session: AsyncSession, sent: Sequence[Sent], house: House) -> list[Taken]:
    fresh = [_judged(one, house) for one in sent]
    await _place(session, [one for one in fresh if one.state is SubmissionState.TAKEN], house.touch_minutes)
    facts = [fact_of(one.sent, one.inquiry_id, one.ignored_by) for one in fresh]
    event_ids = await record_each(session, facts)
    written = list(zip(event_ids, fresh, strict=True))
    await _join(session, written)
    values = [submission_values(one.sent, id_, one.state, one.inquiry_id) for id_, one in written]
    numbers = await submissions_write.add_submissions(session, values)
    await _write_beside(session, list(zip(numbers, fresh, strict=True)))
    return [
        Taken(number, fresh=True, inquiry_id=one.inquiry_id)
        for number, one in zip(numbers, fresh, strict=True)
    ]


def _judged(sent: Sent, house: House) -> _Fresh:
    ignored_by = house.ignored.entry_for(Channel.FORM.value, (*sent.phones, *sent.emails))
    if ignored_by is not None:
        return _Fresh(sent, SubmissionState.IGNORED, ignored_by)
    return _Fresh(sent, SubmissionState.HELD if sent.event.held else SubmissionState.TAKEN, None)


async def _place(session: AsyncSession, taken: Sequence[_Fresh], minutes: int) -> None:
    """They join an inquiry or open one."""
    known = await submissions_write.known(session, {key for one in taken for key in _asked(one.sent)})
    for one in taken:
        one.caller = await who_sent(session, one.sent, known)
        if not known.touches.isdisjoint(_asked(one.sent)):
            one.recent = await _recent(session, one, minutes)
            one.inquiry_id = stored_id(one.recent.inquiry) if one.recent else None
    opening = [one for one in taken if one.recent is None]
    rows = [(one.sent.event.at, inquiry_columns(one.sent, one.caller)) for one in opening]
    for one, inquiry_id in zip(opening, await open_inquiries(session, rows), strict=True):
        one.inquiry_id = inquiry_id
    await touches.keep_all_keys(session, [(one.inquiry_id or 0, key) for one in taken for key in _kept(one)])


def _asked(sent: Sent) -> set[str]:
    return {*sent.phones, *sent.emails, *filter(None, [sent.rendering])}


def _kept(one: _Fresh) -> Iterable[str]:
    """By a rendering only what had problems is known: others may be sent from the same page one by one."""
    yield from one.sent.keys
    if one.sent.event.problems and one.sent.rendering:
        yield one.sent.rendering


async def _recent(session: AsyncSession, one: _Fresh, minutes: int) -> Recent | None:
    """What comes of a rendering after one that had problems corrects it; else it is a further touch."""
    shown = replace(one.coming, keys=(one.sent.rendering,) if one.sent.rendering else ())
    corrected = await touches.find_recent(session, shown, CORRECTED)
    return corrected or await touches.find_recent(session, one.coming, minutes)


async def _join(session: AsyncSession, written: Iterable[tuple[int, _Fresh]]) -> None:
    for event_id, one in written:
        if one.recent is not None:
            await touches.join(session, one.recent, one.coming, event_id)
            await ask_to_decide(session, [stored_id(one.recent.inquiry)], TOUCHED, event_id)


async def _write_beside(session: AsyncSession, written: Sequence[tuple[int, _Fresh]]) -> None:
    """What belongs to a submission, and who is told of it."""
    files = [
        {"submission_id": number, **file_values(file, place)}
        for number, one in written
        for place, file in enumerate(one.sent.event.files)
    ]
    await submissions_write.add_files(session, files)
    consents = [
        {"submission_id": number, **row}
        for number, one in written
        for row in consent_values(one.sent, one.caller, one.inquiry_id)
    ]
    await submissions_write.add_consents(session, consents)
    for number, one in written:
        announce(session, "submission", submission=number, inquiry=one.inquiry_id, state=one.state.value)


async def who_sent(session: AsyncSession, sent: Sent, known: Known) -> Caller:
    """Who it is, by exact keys; nobody where number and address are of different parties."""
    found = [await callers.who_is(session, one) for one in sent.phones if one in known.points]
    found += [await callers.who_writes(session, one) for one in sent.emails if one in known.points]
    return callers.agreed(found)

"""What there is already when a letter comes in: asked for every letter, so all of it in one statement."""

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, literal, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.letters import LetterKind
from storage.tables.inquiries import InquiryEvent
from storage.tables.letters import LetterRecord, LetterWay

_event = InquiryEvent.__table__  # type: ignore[attr-defined]
_letter = LetterRecord.__table__  # type: ignore[attr-defined]

_always = select(literal(1).label("one")).subquery()
_HEARD = exists().where(
    _event.c.channel == bindparam("channel"), _event.c.external_id == bindparam("external_id")
)
_KNOWN = select(
    _HEARD,
    _letter.c.id,
    _letter.c.inquiry_id,
    _letter.c.way,
    _letter.c.kind,
    _letter.c.quarantined,
).select_from(_always.outerjoin(_letter, _letter.c.fingerprint == bindparam("fingerprint")))


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a letter that came before."""

    id: int
    inquiry_id: int | None
    way: LetterWay
    kind: LetterKind
    quarantined: bool


@dataclass(frozen=True, slots=True)
class Before:
    heard: bool  # this very fact
    letter: Known | None  # the same one, by whatever way it came


async def before(session: AsyncSession, channel: str, external_id: str, fingerprint: str) -> Before:
    """A fact that somebody else writes at this moment is not seen: `events.record` is the last word."""
    asked = {"channel": channel, "external_id": external_id, "fingerprint": fingerprint}
    heard, *known = (await (await session.connection()).execute(_KNOWN, asked)).one()
    return Before(bool(heard), None if known[0] is None else Known(*known))

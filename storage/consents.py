"""Consents as evidence: who agreed to which text, how, when and where; and what was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, true
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound, Rejected
from storage import parties
from storage.access import Actor, within
from storage.columns import now
from storage.database import Database, announce
from storage.history import Journal, journal
from storage.parties import fit
from storage.tables.chats import ChatMessage, Dialogue
from storage.tables.forms import Submission, WebForm
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Lead
from storage.tables.people import Scope, User
from storage.tables.work import Consent, ConsentText

ABOUT: dict[str, Any] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "interest": Interest,
    "inquiry": Inquiry,
}
PEOPLE: dict[str, Any] = {"contact": Contact, "lead": Lead, "account": Account}  # the nearest first
WITHDRAWN_HOW = ("letter", "call", "form", "in-person", "paper")
MAX_NOTE = 500
PAGE = 50
MOST = 200  # of one card


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consent with the text it was given to. `form`: its name; `dialogue_id`: of a button that was
    pressed."""

    consent: Consent
    text: ConsentText
    form: str = ""
    recorded_by: str = ""
    withdrawn_by: str = ""
    dialogue_id: int | None = None

    @property
    def stands(self) -> bool:
        return self.consent.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Whom:
    """Who has agreed. `kind` and `id` of their card, where they have one."""

    name: str
    kind: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Which consents are listed: by purpose, whether they stand, when they were given."""

    purpose: str = ""
    state: str = ""  # stands, withdrawn
    first: date | None = None
    last: date | None = None


async def consents_about(session: AsyncSession, about: str, row_id: int, limit: int = MOST) -> list[Agreed]:
    """Of a card or an inquiry, the newest first. `about`: of ABOUT."""
    mine = getattr(Consent, f"{about}_id") == row_id
    newest = _query().where(mine).order_by(col(Consent.at).desc(), col(Consent.id))
    return await _agreed(session, newest.limit(limit))


async def consents_of(session: AsyncSession, submission_ids: Sequence[int]) -> list[Agreed]:
    """What was ticked in these requests."""
    mine = col(Consent.submission_id).in_(submission_ids)
    return await _agreed(session, _query().where(mine).order_by(col(Consent.id)))


async def consents_page(
    session: AsyncSession, asked: Asked, zone: ZoneInfo, who: Actor, after: int = 0, limit: int = PAGE
) -> list[Agreed]:
    """The newest first, after the consent `after`; only of whom `who` may see."""
    query = _query().where(*_asked(asked, zone), _seen_by(who))
    if after:
        query = query.where(col(Consent.id) < after)
    return await _agreed(session, query.order_by(col(Consent.id).desc()).limit(limit))


async def whom(session: AsyncSession, some: Sequence[Agreed]) -> dict[int, Whom]:
    """By a consent's id: the person, else the company, else how they called themselves in the form or in the
    chat."""
    found: dict[int, Whom] = {}
    for about, table in PEOPLE.items():
        ids = {getattr(one.consent, f"{about}_id") for one in some} - {None}
        query = select(table).where(col(table.id).in_(ids))
        cards = {card.id: card for card in (await session.exec(query)).all()} if ids else {}
        for one in some:
            card = cards.get(getattr(one.consent, f"{about}_id"))
            if card is not None:
                found.setdefault(one.consent.id or 0, Whom(parties.name_of(card), about, card.id))
    unknown = {one.consent.id or 0: one.consent.submission_id for one in some if one.consent.id not in found}
    called = await _called(session, set(unknown.values()) - {None}) if unknown else {}
    found |= {id_: Whom(called[sent]) for id_, sent in unknown.items() if sent in called}
    return found | await _named_in_chats(session, [one for one in some if one.consent.id not in found])


async def _named_in_chats(session: AsyncSession, some: Sequence[Agreed]) -> dict[int, Whom]:
    ids = {one.dialogue_id for one in some} - {None}
    query = select(Dialogue.id, Dialogue.name).where(col(Dialogue.id).in_(ids))
    names = dict((await session.exec(query)).all()) if ids else {}
    return {one.consent.id or 0: Whom(names[one.dialogue_id]) for one in some if names.get(one.dialogue_id)}


async def _called(session: AsyncSession, submission_ids: set[int | None]) -> dict[int | None, str]:
    """Those who are nobody's card yet, by what they have sent."""
    found = {}
    for one in await session.exec(select(Submission).where(col(Submission.id).in_(submission_ids))):
        ways = (one.said.get(name) for name in ("name", "last_name", "company", "phone", "email"))
        found[one.id] = next((way for way in ways if isinstance(way, str) and way), "")
    return found


async def purposes(session: AsyncSession) -> list[str]:
    query = select(ConsentText.purpose).distinct().order_by(ConsentText.purpose)
    return list(await session.exec(query))


async def hang_on(session: AsyncSession, j: Journal, inquiry_id: int, **ids: Any) -> None:
    """What an inquiry's person has agreed to is the party's and the interest's from now on."""
    query = select(Consent).where(Consent.inquiry_id == inquiry_id).order_by(col(Consent.id))
    for consent in (await session.exec(query.with_for_update())).all():
        await j.change(consent, **ids)


async def hang_on_of_chat(session: AsyncSession, j: Journal, dialogue_id: int, **ids: Any) -> None:
    """What was agreed to in a dialogue while nobody knew whose it is."""
    nobodys = [col(getattr(Consent, f"{about}_id")).is_(None) for about in PEOPLE]
    said = select(ChatMessage.id).where(ChatMessage.dialogue_id == dialogue_id)
    query = select(Consent).where(col(Consent.chat_message_id).in_(said), *nobodys)
    for consent in (await session.exec(query.order_by(col(Consent.id)).with_for_update())).all():
        await j.change(consent, **ids)


async def withdraw(database: Database, consent_id: int, how: str, note: str, who: Actor) -> int:
    """They have taken it back; the id of the action, for undo. The evidence of what was stays.

    Raises NotFound for what `who` may not see, Conflict("already-withdrawn", at=), Rejected.
    """
    async with database.transaction() as session:
        consent = await consent_to_change(session, consent_id, who)
        if how not in WITHDRAWN_HOW:
            raise Rejected("no-such-choice", field="how", value=how[:40])
        said = fit("note", note, MAX_NOTE)
        if consent.withdrawn_at is not None:
            raise Conflict("already-withdrawn", at=consent.withdrawn_at.isoformat())
        text = await session.get_one(ConsentText, consent.text_id)
        about = next(([kind, id_] for kind in ABOUT if (id_ := getattr(consent, f"{kind}_id"))), None)
        said_of = {"about": about, "name": text.purpose}
        async with journal(session, "withdraw", who, consent.inquiry_id, **said_of) as j:
            await j.change(
                consent,
                withdrawn_at=now(),
                withdrawn_how=how,
                withdrawn_note=said,
                withdrawn_by=who.user_id,
            )
        announce_consent(session, consent)
        return j.action_id


async def consent_seen_by(session: AsyncSession, consent_id: int, who: Actor) -> Agreed:
    """To look at. Raises NotFound("no-such-consent")."""
    found = await _agreed(session, _query().where(col(Consent.id) == consent_id, _seen_by(who)))
    if not found:
        raise NotFound("no-such-consent", id=consent_id)
    return found[0]


async def consent_to_change(session: AsyncSession, consent_id: int, who: Actor) -> Consent:
    """Raises NotFound("no-such-consent"), also for one of somebody whom `who` may not see."""
    query = select(Consent).where(Consent.id == consent_id).with_for_update()
    found = (await session.exec(query.execution_options(populate_existing=True))).first()
    if found is None or not await _may_see(session, found, who):
        raise NotFound("no-such-consent", id=consent_id)
    return found


async def _may_see(session: AsyncSession, consent: Consent, who: Actor) -> bool:
    query = select(Consent.id).where(Consent.id == consent.id, _seen_by(who))
    return (await session.exec(query)).first() is not None


def _seen_by(who: Actor) -> ColumnElement[bool]:
    """Through any card or inquiry that they may see; what is nobody's yet by those who see everything."""
    if who.scope is Scope.ALL:
        return true()
    seen = (
        col(getattr(Consent, f"{about}_id")).in_(select(table.id).where(within(who, table)))
        for about, table in ABOUT.items()
    )
    return or_(*seen)


def _asked(asked: Asked, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.purpose:
        found.append(col(ConsentText.purpose) == asked.purpose)
    if asked.state:
        gone = col(Consent.withdrawn_at).is_not(None)
        found.append(gone if asked.state == "withdrawn" else ~gone)
    if asked.first:
        found.append(col(Consent.at) >= datetime.combine(asked.first, time.min, zone))
    if asked.last:
        found.append(col(Consent.at) <= datetime.combine(asked.last, time.max, zone))
    return found


def _query() -> Any:
    by = select(User.name).where(col(User.id) == Consent.recorded_by).scalar_subquery()
    taken_by = select(User.name).where(col(User.id) == Consent.withdrawn_by).scalar_subquery()
    return (
        select(Consent, ConsentText, WebForm.name, by, taken_by, ChatMessage.dialogue_id)  # type: ignore[call-overload]
        .join(ConsentText, col(ConsentText.id) == Consent.text_id)
        .outerjoin(Submission, col(Submission.id) == Consent.submission_id)
        .outerjoin(WebForm, col(WebForm.id) == Submission.form_id)
        .outerjoin(ChatMessage, col(ChatMessage.id) == Consent.chat_message_id)
    )


async def _agreed(session: AsyncSession, query: Any) -> list[Agreed]:
    return [
        Agreed(consent, text, form or "", by or "", taken_by or "", dialogue)
        for consent, text, form, by, taken_by, dialogue in (await session.exec(query)).all()
    ]


def announce_consent(session: AsyncSession, consent: Consent) -> None:
    """Tell the cards that it is shown on."""
    for about in ABOUT:
        row_id = getattr(consent, f"{about}_id")
        if row_id is not None:
            announce(session, "record", kind=about, id=row_id)

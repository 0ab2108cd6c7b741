"""The wizard's head: who it is, by which channel, how long it lasts, who has it open, what became of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.wizard.claim import OPEN, last_word
from intake.wizard.holding import is_held
from intake.wizard.letters import mailbox_name
from storage.access import within
from storage.callcards import Responsible, passes_to
from storage.calls import calls_of_inquiry
from storage.chat_lines import last_chats
from storage.decisions import decision_of
from storage.desk import lines_by_did
from storage.names import rules_named
from storage.tables.calls import CallRecord, PhoneLine
from storage.tables.history import Action
from storage.tables.inquiries import OPEN_STATES, Channel, Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.parties import Account, Contact, Lead
from storage.tables.people import User
from web.access import Viewer
from web.i18n import gettext, mark, pgettext
from web.platforms import platform
from web.rule_conditions_words import quoted
from web.rule_words import signed
from web.times import length, when

ICONS = {
    Channel.CALL: "phone", Channel.LETTER: "mail", Channel.FORM: "file-text", Channel.CHAT: "message-circle",
    Channel.MANUAL: "inbox",
}  # fmt: skip
CHANNELS = {
    Channel.CALL: mark("a call"), Channel.LETTER: mark("a letter"), Channel.FORM: mark("a form"),
    Channel.CHAT: mark("a chat"), Channel.MANUAL: mark("by hand"),
}  # fmt: skip
WRITTEN = (Channel.LETTER, Channel.FORM, Channel.CHAT)  # their sender may be no telephone number


@dataclass(frozen=True, slots=True)
class Head:
    """As the template shows it. `since`: when that which is ticking began."""

    title: str
    icon: str = "inbox"
    word: str = ""
    state: str = ""
    since: datetime | None = None
    waiting: datetime | None = None
    channel: str = "manual"
    name: str = ""
    number: str = ""
    address: str = ""  # of who wrote
    about: tuple[str, ...] = ()
    inquiry_id: int | None = None
    holder: str = ""
    held_at: datetime | None = None
    free: bool = False  # nobody has it open: it may be taken
    decided: str = ""
    final: bool = False  # accepted, linked or declined: only undo is left
    undoes: int | None = None  # the last that was decided, where the viewer may take it back
    interest_id: int | None = None
    again: str = ""  # it is open once more: what it has come to already
    call: CallRecord | None = None
    passes_to: Responsible | None = None  # the caller themselves, while they are there …
    responsible: User | None = None  # … else the inquiry
    area_code: str | None = None


async def head_of(session: AsyncSession, inquiry: Inquiry, viewer: Viewer) -> Head:
    calls = await calls_of_inquiry(session, inquiry.id or 0)
    call = calls[0] if calls else None
    name = await _known_name(session, inquiry) or inquiry.sender_name or ""
    written = inquiry.channel in WRITTEN and not (inquiry.sender or "").startswith("+")
    number = (call.number or call.number_raw or "") if call else "" if written else (inquiry.sender or "")
    icon, word, state, since = _state(inquiry, call)
    chat = (await last_chats(session, [inquiry.id or 0])).get(inquiry.id or 0)
    if chat is not None and inquiry.channel is Channel.CHAT:
        known = platform(chat.platform)
        icon, word = known.icon, known.title
    final = inquiry.state not in OPEN
    action = await decision_of(session, inquiry.id or 0) if final else None
    return Head(
        title=inquiry.subject or _unnamed(inquiry),
        icon=icon,
        word=word,
        state=state,
        since=since,
        channel=inquiry.channel.value,
        waiting=inquiry.opened_at if since is None and inquiry.state in OPEN_STATES else None,
        name=name,
        number=number,
        address=(inquiry.sender or "") if written and "@" in (inquiry.sender or "") else "",
        about=(
            *([f"@{chat.username}"] if chat and chat.username else []),
            *await _about(session, inquiry, call),
        ),
        inquiry_id=inquiry.id,
        holder=await _other_holder(session, inquiry, viewer),
        held_at=inquiry.held_at,
        free=inquiry.state in OPEN_STATES and not is_held(inquiry),
        decided=await _decided(session, inquiry, action),
        final=final,
        undoes=_may_undo(await last_word(session, inquiry) if final else None, viewer),
        interest_id=inquiry.interest_id,
        again=await _again(session, inquiry, viewer),
        call=call,
        passes_to=await passes_to(session, call, viewer.id) if inquiry.state in OPEN else None,
        responsible=await _responsible(session, inquiry, viewer),
        area_code=await _area_code(session, call),
    )


def by_hand() -> Head:
    return Head(title=gettext("A new inquiry"), icon="inbox", word=gettext("by hand"))


def _unnamed(inquiry: Inquiry) -> str:
    return gettext("Withheld number" if inquiry.channel is Channel.CALL else CHANNELS[inquiry.channel])


def _state(inquiry: Inquiry, call: CallRecord | None) -> tuple[str, str, str, datetime | None]:
    """Icon, word, class and the beginning of what ticks."""
    if call is None or inquiry.channel is not Channel.CALL:
        return ICONS[inquiry.channel], gettext(CHANNELS[inquiry.channel]), "", None
    if call.ended_at is None and call.talking:
        return "phone-call", pgettext("call", "talking"), "talking", call.answered_at or call.started_at
    if call.ended_at is None and call.ringing:
        return "phone-incoming", pgettext("call", "ringing"), "ringing", call.started_at
    if call.ended_at is None:
        word = pgettext("call", "in the queue") if call.waiting else pgettext("call", "in the menu")
        return "phone-incoming", word, "queued", call.started_at
    if call.answered_at is None:
        return "phone-missed", gettext("missed"), "missed", None
    talked = length((call.ended_at - call.answered_at).total_seconds())
    return "phone", gettext("talked for %(time)s", time=talked), "", None


async def _about(session: AsyncSession, inquiry: Inquiry, call: CallRecord | None) -> tuple[str, ...]:
    parts: list[str] = []
    line = inquiry.line or (call.did if call else None)
    if line and inquiry.channel is Channel.CHAT:
        parts.append(gettext("to the bot %(names)s", names=quoted(line)))
    elif line:
        parts.append(gettext("to «%(line)s»", line=await _line_name(session, inquiry, line)))
    queue = inquiry.queue or (call.queue if call else None)
    if queue:
        parts.append(gettext("queue %(name)s", name=queue))
    if call and call.answered_at:
        waited = length((call.answered_at - call.started_at).total_seconds())
        parts.append(gettext("waited %(time)s", time=waited))
    responsible = await _user_name(session, inquiry.responsible_id)
    if responsible:
        parts.append(gettext("%(name)s is responsible", name=responsible))
    return tuple(parts)


async def _line_name(session: AsyncSession, inquiry: Inquiry, line: str) -> str:
    if inquiry.channel is Channel.LETTER:
        return await mailbox_name(session, line)
    return (await lines_by_did(session)).get(line, line)


async def _known_name(session: AsyncSession, inquiry: Inquiry) -> str:
    """Of the best guess or of what the operator chose."""
    contact = await session.get(Contact, inquiry.contact_id) if inquiry.contact_id else None
    account = await session.get(Account, inquiry.account_id) if inquiry.account_id else None
    lead = await session.get(Lead, inquiry.lead_id) if inquiry.lead_id else None
    person = contact or lead
    names = [_person(person)] if person else []
    company = account.name if account else lead.organisation if lead else None
    return " · ".join(name for name in [*names, company or ""] if name)


def _person(person: Contact | Lead) -> str:
    return " ".join(part for part in (person.first_name, person.last_name) if part)


async def _other_holder(session: AsyncSession, inquiry: Inquiry, viewer: Viewer) -> str:
    if inquiry.state not in OPEN or inquiry.holder_id == viewer.id or not is_held(inquiry):
        return ""
    return await _user_name(session, inquiry.holder_id)


async def _decided(session: AsyncSession, inquiry: Inquiry, action: Action | None) -> str:
    """The sentence for an inquiry that is no longer open; "" while it is."""
    if inquiry.state in OPEN_STATES:
        return ""
    if inquiry.state is InquiryState.CLOSED and inquiry.channel is Channel.LETTER:
        return gettext("It needs no answer, somebody said. It can still be accepted.")
    if inquiry.state is InquiryState.CLOSED:
        return gettext("Closed by itself: somebody has talked with them. It can still be accepted.")
    rules = await rules_named(session) if action and action.details.get("rule") else {}
    by = signed(action.details, rules) if action else ""
    who = await _user_name(session, action.user_id if action else None) or by or "?"
    at = when(action.at if action else inquiry.closed_at)
    sentences = {
        InquiryState.ACCEPTED: mark("Accepted: %(who)s, %(at)s"),
        InquiryState.LINKED: mark("Linked to an interest: %(who)s, %(at)s"),
        InquiryState.DECLINED: mark("Declined: %(who)s, %(at)s"),
    }
    return gettext(sentences[inquiry.state], who=who, at=at)


async def _again(session: AsyncSession, inquiry: Inquiry, viewer: Viewer) -> str:
    """They came again after it had been accepted."""
    if inquiry.state not in OPEN_STATES or inquiry.interest_id is None:
        return ""
    seen = select(Interest.title).where(Interest.id == inquiry.interest_id, within(viewer.actor(), Interest))
    title = (await session.exec(seen)).first()
    said = gettext("Accepted already: interest %(number)s", number=inquiry.interest_id)
    return f"{said} «{title}»" if title else said


def _may_undo(action: Action | None, viewer: Viewer) -> int | None:
    if action is None or not (action.user_id == viewer.id or viewer.actor().may("undo-others")):
        return None
    return action.id


async def _responsible(session: AsyncSession, inquiry: Inquiry, viewer: Viewer) -> User | None:
    """Somebody else who could be given it."""
    if inquiry.responsible_id in (None, viewer.id) or inquiry.state not in OPEN:
        return None
    user = await session.get(User, inquiry.responsible_id)
    return user if user and user.active else None


async def _user_name(session: AsyncSession, user_id: int | None) -> str:
    user = await session.get(User, user_id) if user_id is not None else None
    return user.name if user else ""


async def _area_code(session: AsyncSession, call: CallRecord | None) -> str | None:
    if call is None or not call.did:
        return None
    query = select(PhoneLine.area_code).where(col(PhoneLine.did) == call.did)
    return (await session.exec(query)).first()

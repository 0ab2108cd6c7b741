"""How an inquiry looks in words and glyphs: on its row and in the reading pane."""

import re
from dataclasses import dataclass

from intake.model.calls import Outcome
from intake.model.chats import is_identity
from storage.inquiries import InquiryRow
from storage.tables.inquiries import OPEN_STATES, Channel, DeclineReason, Inquiry, InquiryState
from web.access import Viewer
from web.i18n import gettext, mark, ngettext, pgettext
from web.platforms import platform
from web.show import phone, place

CHANNELS = {
    Channel.CALL: ("phone", mark("Calls")),
    Channel.LETTER: ("mail", mark("Letters")),
    Channel.FORM: ("file-text", mark("Web forms")),
    Channel.CHAT: ("message-circle", mark("Chats")),
    Channel.MANUAL: ("pencil", mark("By hand")),
}
ANY_MOBILE = "+79991234567"
VIEWS = {
    "open": ("inbox", mark("All new")),
    "mine": ("user", mark("Mine")),
    "overdue": ("clock-alert", mark("Overdue")),
    "callbacks": ("phone-missed", mark("Call back")),
    "unsent": ("mail-warning", mark("Not sent")),
}
STATE_VIEWS = {
    "in-work": ("circle-dot", mark("In work")),
    "accepted": ("circle-check", mark("Accepted ones")),
    "declined": ("circle-slash", mark("Declined ones")),
    "closed": ("check", mark("Settled ones")),
}
STATE_WORDS = {
    InquiryState.NEW: mark("new"),
    InquiryState.IN_WORK: mark("in work"),
    InquiryState.ACCEPTED: mark("accepted"),
    InquiryState.LINKED: mark("linked to an interest"),
    InquiryState.DECLINED: mark("declined"),
    InquiryState.CLOSED: mark("settled"),
}
REASONS = {
    DeclineReason.SPAM: mark("spam"),
    DeclineReason.WRONG_NUMBER: mark("wrong number"),
    DeclineReason.SUPPLIER: mark("a supplier"),
    DeclineReason.JOB_SEEKER: mark("a job seeker"),
    DeclineReason.TEST: mark("a test"),
    DeclineReason.NOT_OURS: mark("not our client"),
    DeclineReason.OTHER: mark("other"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Glyph:
    icon: str
    kind: str  # live, missed or nothing: its colour
    name: str  # for those who cannot see it


def reasons_for(channel: Channel) -> list[tuple[str, str]]:
    """Why an inquiry of this channel may be declined: value, word."""
    apart = {DeclineReason.WRONG_NUMBER} if channel is Channel.LETTER else set[DeclineReason]()
    return [(reason.value, gettext(word)) for reason, word in REASONS.items() if reason not in apart]


def title_of(row: InquiryRow) -> str:
    """Who it is: the person and the company, else what they called themselves, else their number."""
    company = "" if _is_own_name(row) else row.company
    known = " · ".join(part for part in (row.person, company) if part)
    inquiry = row.inquiry
    number: str | None = phone(inquiry.sender) if _is_number(inquiry) else reached_by(row)
    if row.call is not None and not number:
        number = row.call.number_raw if not row.call.number else phone(row.call.number)
    said = inquiry.sender_name if inquiry.channel is not Channel.CALL else None
    return known or said or number or _nobody(inquiry.channel)


def reached_by(row: InquiryRow) -> str:
    """An address, or a nick; the key by which a messenger knows somebody tells nobody anything."""
    if is_identity(row.inquiry.sender):
        return f"@{row.chat.username}" if row.chat and row.chat.username else ""
    return row.inquiry.sender or ""


def _is_number(inquiry: Inquiry) -> bool:
    return inquiry.channel in (Channel.CALL, Channel.MANUAL) or (inquiry.sender or "").startswith("+")


def _is_own_name(row: InquiryRow) -> bool:
    """A sole trader's company is called as they are."""
    return bool(row.person) and set(row.person.split()) <= set(re.findall(r"\w+", row.company))


def _nobody(channel: Channel) -> str:
    return gettext("Withheld number") if channel is Channel.CALL else gettext("Unknown sender")


def is_open(row: InquiryRow) -> bool:
    return row.inquiry.state in OPEN_STATES


def glyph(row: InquiryRow) -> Glyph:
    inquiry, call = row.inquiry, row.call
    if inquiry.channel is Channel.CHAT and row.chat:
        known = platform(row.chat.platform)
        return Glyph(known.icon, "", known.title)
    if inquiry.channel is not Channel.CALL or call is None:
        icon, name = CHANNELS[inquiry.channel]
        return Glyph(icon, "", gettext(name))
    if row.live:
        ringing = "phone-call" if call.talking else "phone-incoming"
        return Glyph(
            ringing, "live", pgettext("call", "talking") if call.talking else pgettext("call", "ringing")
        )
    if call.outcome is Outcome.ANSWERED or call.answered_at:
        return Glyph("phone", "", gettext("answered call"))
    return Glyph("phone-missed", "missed", gettext("missed call"))


def live_word(row: InquiryRow) -> str:
    """What a call that goes on is doing; before its timer."""
    if row.call is None or not row.live:
        return ""
    if row.call.talking:
        return pgettext("call", "talking")
    return pgettext("call", "in the queue") if row.call.waiting else pgettext("call", "ringing")


def what(row: InquiryRow) -> str:
    """The second line: how often, about what, from where, to which line."""
    inquiry, call = row.inquiry, row.call
    if inquiry.channel is Channel.LETTER:
        return inquiry.subject or gettext("No subject")
    if inquiry.channel is Channel.FORM:
        return inquiry.line or gettext("Web forms")
    if inquiry.channel is Channel.CHAT:
        return inquiry.line or gettext("Chats")
    known = bool(row.person or row.company)
    number = phone(inquiry.sender) if known and inquiry.channel is Channel.CALL else ""
    missed = ngettext("%(num)s missed", "%(num)s missed", inquiry.misses) if inquiry.misses else ""
    region = region_of_number(inquiry.sender) if inquiry.channel is Channel.CALL else ""
    line = gettext("to «%(line)s»", line=row.line_name or inquiry.line) if inquiry.line else ""
    queue = gettext("queue %(name)s", name=inquiry.queue) if inquiry.queue else ""
    said = f"«{call.name}»" if call is not None and call.name and not known else ""
    parts = (missed, inquiry.subject or "", said, number, region, line, queue)
    return " · ".join(part for part in parts if part)


def region_of_number(number: str | None) -> str:
    """Where it is from; not for mobiles, of which only the country is known and is our own."""
    found = place(number)
    return "" if found == place(ANY_MOBILE) else found


def chips(row: InquiryRow, viewer: Viewer, shared: bool = False) -> list[Chip]:
    """Why it is here and who has it: few and short. `shared`: the number is on cards, but says not who."""
    unsent = [Chip(gettext("not sent"), "bad")] if row.unsent else []
    wrong = [Chip(gettext("a field has a mistake"), "warn")] if row.form and row.form.wrong else []
    found = [*_became(row), *unsent, *wrong, *_who(row, shared)]
    if row.open_interests:
        text = ngettext("%(num)s open interest", "%(num)s open interests", row.open_interests)
        found.append(Chip(text))
    if row.inquiry.holder_id is not None and is_open(row):
        mine = row.inquiry.holder_id == viewer.id
        text = gettext("open with you") if mine else gettext("opened by %(name)s", name=row.holder or "?")
        found.append(Chip(text, "info" if mine else "warn"))
    elif row.responsible and is_open(row) and row.inquiry.responsible_id != viewer.id:
        found.append(Chip(row.responsible))
    return found


def is_known(row: InquiryRow) -> bool:
    inquiry = row.inquiry
    return bool(inquiry.account_id or inquiry.contact_id or inquiry.lead_id)


def _settled(channel: Channel) -> str:
    if channel is Channel.LETTER:
        return gettext("needs no answer")
    return gettext("somebody has talked with them")


def _who(row: InquiryRow, shared: bool) -> list[Chip]:
    inquiry = row.inquiry
    if not is_open(row):
        return []
    if shared:
        by_phone = _is_number(inquiry)
        return [Chip(gettext("shared number") if by_phone else gettext("shared address"), "possible")]
    if is_known(row):
        return [Chip(_known_by(inquiry), "exact")]
    is_letter = inquiry.channel is Channel.LETTER  # its row has enough to say, and most who write are new
    return [Chip(pgettext("caller", "new"))] if inquiry.sender and not is_letter else []


def _known_by(inquiry: Inquiry) -> str:
    if is_identity(inquiry.sender):
        return gettext("messenger")
    return gettext("phone") if _is_number(inquiry) else gettext("e-mail")


def _became(row: InquiryRow) -> list[Chip]:
    inquiry = row.inquiry
    if inquiry.state is InquiryState.DECLINED:
        why = gettext(REASONS[inquiry.decline_reason]) if inquiry.decline_reason else ""
        text = gettext("declined: %(why)s", why=why) if why else gettext("declined")
        return [Chip(text)]
    words = {
        InquiryState.ACCEPTED: Chip(gettext("accepted"), "good"),
        InquiryState.LINKED: Chip(gettext("linked to an interest"), "good"),
        InquiryState.CLOSED: Chip(_settled(inquiry.channel), "good"),
    }
    return [words[inquiry.state]] if inquiry.state in words else []

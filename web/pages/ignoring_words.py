"""The ignore list in words."""

from intake.errors import Rejected
from intake.matching.emails import company_domain
from intake.matching.ignoring import DOMAIN, EXACT, PREFIX, REGEX
from intake.model.chats import is_identity
from intake.wizard.never_again import NeverAgain
from storage.ignored_pages import KeptAway
from storage.tables.automation import IgnoreEntry
from storage.tables.inquiries import Channel, Inquiry
from web.i18n import gettext, mark, pgettext
from web.platforms import sender
from web.show import phone

HOWS = {
    EXACT: mark("exactly this"),
    PREFIX: mark("begins with"),
    DOMAIN: mark("everybody at the domain"),
    REGEX: mark("fits the expression"),
}
CHANNELS = {
    Channel.CALL: ("phone", mark("Calls")),
    Channel.LETTER: ("mail", mark("Letters")),
    Channel.FORM: ("file-text", mark("Forms")),
    Channel.CHAT: ("message-circle", mark("Chats")),
}
KINDS = {
    "call": ("phone-incoming", mark("Phone call")),
    "letter": ("mail", mark("Letter")),
    "form": ("file-text", mark("Request from a form")),
    "chat": ("message-circle", mark("Message in a chat")),
}
OUTCOMES = {
    "answered": mark("was answered"),
    "missed": mark("rang in vain"),
    "busy": mark("found us engaged"),
    "failed": mark("did not get through"),
}
UNTIL = ((0, mark("for ever")), (30, mark("for 30 days")), (90, mark("for 90 days")))


def pattern(entry: IgnoreEntry) -> str:
    """As people write it."""
    match entry.how.value:
        case "exact":
            return _key(entry.pattern)
        case "prefix":
            return f"{entry.pattern}…"
        case "domain":
            return f"@{entry.pattern}"
    return entry.pattern


def _key(key: str) -> str:
    """Of a chat the messenger, and the number by which that knows them: there may be several of one."""
    if is_identity(key):
        return gettext("%(messenger)s, chat %(number)s", messenger=sender(key), number=key.split(":", 2)[2])
    return phone(key) if key.startswith("+") else key


def never_choices(inquiry: Inquiry | None) -> list[tuple[str, str]]:
    """What «decline» offers beside it; nothing for somebody without a number or address."""
    if inquiry is None or not inquiry.sender:
        return []
    whose = {
        "+": pgettext("never again", "this number"),
        "@": pgettext("never again", "this address"),
    }["@" if "@" in inquiry.sender else "+"]
    if inquiry.channel is Channel.CHAT:
        whose = pgettext("never again", "this chat")
    if inquiry.channel is Channel.FORM:
        whose = pgettext("never again", "this number and address")
    offered = [("", pgettext("never again", "take in as usual"))]
    offered += [(f"sender {days}", f"{whose}: {gettext(word)}") for days, word in UNTIL]
    domain = company_domain(inquiry.sender) if "@" in inquiry.sender else None
    if domain:
        offered.append(("domain 0", gettext("everybody at %(domain)s: for ever", domain=f"@{domain}")))
    return offered


def never_again(chosen: str) -> NeverAgain | None:
    """What was chosen of these. Raises Rejected("no-such-choice")."""
    if not chosen:
        return None
    what, _, days = chosen.partition(" ")
    if what not in ("sender", "domain") or days not in {str(each) for each, _ in UNTIL}:
        raise Rejected("no-such-choice", field="never", value=chosen[:40])
    return NeverAgain("domain" if what == "domain" else "sender", int(days))


def hows() -> list[tuple[str, str]]:
    return [(how, gettext(word)) for how, word in HOWS.items()]


def about(kept: KeptAway) -> str:
    """A subject; of a call how it ended."""
    if kept.kind != "call":
        return kept.about
    return gettext(OUTCOMES[kept.about]) if kept.about in OUTCOMES else ""

"""How hits look: which letters are marked, and the words for why each was found."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from intake.matching.companies import display_company
from intake.matching.modes import digit_marks, marks
from intake.model.chats import is_identity
from intake.model.hits import ClientHit, Found, InterestHit, Level, PartyHit, PointShown, Reason
from intake.model.prefill import Side
from intake.model.wizard import Mode
from web.i18n import gettext, mark, ngettext
from web.platforms import sender
from web.show import money, phone
from web.times import ago

REASONS = {
    "phone": mark("phone"),
    "phone-tail": mark("phone: last 7 digits"),
    "phone-part": mark("part of the phone"),
    "email": mark("e-mail"),
    "email-part": mark("part of the e-mail"),
    "messenger": mark("messenger"),
    "messenger-part": mark("part of the nick"),
    "site": mark("site"),
    "inn": mark("ИНН"),
    "inn-kpp": mark("ИНН and КПП"),
    "inn-part": mark("part of the ИНН"),
    "other-kpp": mark("ИНН; another КПП"),
    "interest-number": mark("number of an interest"),
    "email-domain": mark("domain of the e-mail"),
    "site-part": mark("part of the site"),
    "name-exact": mark("name"),
    "name-beginning": mark("beginning of the name"),
    "name-part": mark("part of the name"),
    "name-words": mark("words of the name"),
    "name-translit": mark("transliterated"),
    "name-layout": mark("keyboard layout"),
    "name-other": mark("another form of the name"),
    "name-glued": mark("written together or apart"),
    "name-sound": mark("sounds alike"),
    "name-initial": mark("initials"),
    "contact-phone": mark("contact's phone"),
    "contact-phone-tail": mark("contact's phone: last 7 digits"),
    "contact-phone-part": mark("part of a contact's phone"),
    "contact-email": mark("contact's e-mail"),
    "contact-email-part": mark("part of a contact's e-mail"),
    "contact-messenger": mark("contact's messenger"),
    "contact-messenger-part": mark("part of a contact's nick"),
    "contact-site": mark("contact's site"),
    "contact-site-part": mark("part of a contact's site"),
    "contact-email-domain": mark("domain of a contact's e-mail"),
    "contact-interest-number": mark("number of a contact's interest"),
    "contact-name-exact": mark("contact's name"),
    "contact-name-beginning": mark("beginning of a contact's name"),
    "contact-name-part": mark("part of a contact's name"),
    "contact-name-words": mark("words of a contact's name"),
    "contact-name-translit": mark("contact: transliterated"),
    "contact-name-layout": mark("contact: keyboard layout"),
    "contact-name-other": mark("contact: another form of the name"),
    "contact-name-glued": mark("contact: written together or apart"),
    "contact-name-sound": mark("contact: sounds alike"),
    "contact-name-initial": mark("contact: initials"),
    "phone-near": mark("phone: one digit differs"),
    "email-near": mark("e-mail: one letter differs"),
    "inn-near": mark("ИНН: one digit differs"),
    "former-phone": mark("former phone"),
    "former-email": mark("former e-mail"),
    "contact-phone-near": mark("contact's phone: one digit differs"),
    "contact-email-near": mark("contact's e-mail: one letter differs"),
    "contact-former-phone": mark("contact's former phone"),
    "contact-former-email": mark("contact's former e-mail"),
    "mentioned-phone": mark("phone in the description"),
    "mentioned-email": mark("e-mail in the description"),
    "mentioned-inn": mark("ИНН in the description"),
    "contact-mentioned-phone": mark("phone in a contact's description"),
    "contact-mentioned-email": mark("e-mail in a contact's description"),
    "contact-mentioned-inn": mark("ИНН in a contact's description"),
    "other-inn": mark("another ИНН: %(value)s"),
    "other-extension": mark("other extension: %(extension)s"),
}
TITLE_REASONS = {
    "name-exact": mark("title"),
    "name-beginning": mark("beginning of the title"),
    "name-part": mark("part of the title"),
    "name-words": mark("words of the title"),
}
SURENESS = {
    Level.EXACT: mark("surely"),
    Level.PROBABLE: mark("probably"),
    Level.POSSIBLE: mark("possibly"),
    Level.RELATED: mark("related"),
}
POINT_REASONS = {"inn": mark("ИНН"), "phone": mark("phone"), "email": mark("e-mail")}
DOUBTS = ("shared-number", "other-extension", "other-kpp", "other-inn")
SILENT = ("of-account", "of-contact")  # what is only related says so by having no chip

_NOT_DIGITS = re.compile(r"\D")


def reason_text(reason: Reason) -> str:
    """The chip's words; "" for what needs none."""
    if reason.code in SILENT:
        return ""
    if reason.code == "shared-number":
        people = int(reason.params.get("people", 0))
        if not str(reason.params.get("value", "+")).startswith("+"):  # an e-mail, a nick
            return ngettext("shared address, %(num)s person", "shared address, %(num)s people", people)
        return ngettext("shared number, %(num)s person", "shared number, %(num)s people", people)
    if reason.code in ("name-typo", "contact-name-typo"):
        return _mistyped(reason)
    return gettext(REASONS[reason.code], **reason.params) if reason.code in REASONS else reason.code


def title_reason(reason: Reason) -> str:
    """The same of an interest, which has a title where others have names."""
    return gettext(TITLE_REASONS[reason.code]) if reason.code in TITLE_REASONS else reason_text(reason)


def _mistyped(reason: Reason) -> str:
    mistakes = int(reason.params.get("mistakes", 1))
    if reason.code == "name-typo":
        return ngettext("similar: %(num)s typo", "similar: %(num)s typos", mistakes)
    return ngettext("contact, similar: %(num)s typo", "contact, similar: %(num)s typos", mistakes)


def reason_class(reason: Reason, level: Level) -> str:
    """The chip's colour: how sure the hit is; doubts in amber."""
    return "possible" if reason.code in DOUBTS else level.value


def how_many(found: Found) -> str:
    """For whoever hears the page."""
    parts = [
        ngettext("%(num)s client", "%(num)s clients", len(found.clients)),
        ngettext("%(num)s contact", "%(num)s contacts", len(found.contacts)),
        ngettext("%(num)s interest", "%(num)s interests", len(found.interests)),
    ]
    return gettext("Found: %(what)s", what=", ".join(parts))


def sureness(level: Level) -> str:
    return gettext(SURENESS[level])


def marked(text: str, typed: str, mode: Mode) -> Markup:
    """The text with the letters that were typed in <mark>."""
    return _wrapped(text, marks(text, typed, mode) if typed.strip() else [])


def marked_digits(shown: str, typed: str, matched: bool = False) -> Markup:
    """A phone or an ИНН with the typed digits marked; all of it when it `matched` in another spelling."""
    for part in _ways_to_type(typed):
        places = digit_marks(shown, part)
        if places:
            return _wrapped(shown, places)
    return _wrapped(shown, [(0, len(shown))] if matched else [])


def _ways_to_type(typed: str) -> list[str]:
    """«8 916 …» stands in the number as «7916…» or «916…»."""
    digits = _NOT_DIGITS.sub("", typed)
    if len(digits) < 3:
        return []
    home = [f"7{digits[1:]}", digits[1:]] if digits.startswith("8") and len(digits) > 3 else []
    return [digits, *home]


def _wrapped(text: str, places: Iterable[tuple[int, int]]) -> Markup:
    pieces, done = [Markup()], 0
    for start, end in places:
        pieces += [escape(text[done:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        done = end
    return Markup().join([*pieces, escape(text[done:])])


def titled(hit: ClientHit) -> str:
    """ООО «Ромашка»."""
    return display_company(hit.name, hit.legal_form)


def chips(hit: PartyHit, extension: str = "") -> list[tuple[str, str]]:
    """Class and words of each chip. A key of the client itself says more than the same of its contact; an
    extension that nobody typed is no doubt."""
    codes = {reason.code for reason in hit.reasons}
    told = [
        reason
        for reason in hit.reasons
        if reason.code.removeprefix("contact-") not in codes - {reason.code}
        and (extension or reason.code != "other-extension")
    ]
    told.sort(key=lambda reason: reason.code in DOUBTS)
    said = [(reason_class(reason, hit.level), reason_text(reason)) for reason in told]
    return [(kind, text) for kind, text in dict.fromkeys(said) if text]


def shown_point(point: PointShown, form: dict[str, str], mode: Mode) -> Markup:
    """A phone as people read it, an address as it is; what was asked for is marked, a former one struck
    through."""
    shown = _marked_point(point, form)
    return Markup("<s>{}</s>").format(shown) if point.former else shown


def _marked_point(point: PointShown, form: dict[str, str]) -> Markup:
    if point.kind == "phone":
        return marked_digits(phone(point.value, point.extension), form["phone"], point.matched)
    if is_identity(point.value):
        return _wrapped(sender(point.value), [(0, len(sender(point.value)))] if point.matched else [])
    typed = form["email"] if point.kind == "email" else form["other"]
    at = point.value.casefold().find(typed.strip().casefold().lstrip("@")) if typed.strip() else -1
    if at >= 0:
        return _wrapped(point.value, [(at, at + len(typed.strip().lstrip("@")))])
    return _wrapped(point.value, [(0, len(point.value))] if point.matched else [])


def about_party(side: Side) -> list[str]:
    """The line under a chosen client's name."""
    words = {"inn": mark("ИНН %(number)s"), "kpp": mark("КПП %(number)s"), "ogrn": mark("ОГРН %(number)s")}
    numbers = [gettext(word, number=side.fields[name]) for name, word in words.items() if name in side.fields]
    ways = [*(phone(number) for number in side.phones[:1]), *side.emails[:1]]
    return [part for part in (*numbers, side.fields.get("city", ""), *ways) if part]


def about_interest(hit: InterestHit) -> str:
    """The line under an interest that may be linked."""
    parts = (hit.status, money(hit.amount), hit.responsible or "", ago(hit.updated_at))
    return " · ".join(part for part in parts if part)


def titled_side(client: Side, person: Side) -> str:
    """ООО «Ромашка»; a potential client without an organisation goes by their own name."""
    name, form = client.fields.get("name", ""), client.fields.get("legal_form")
    parts = ("last_name", "first_name", "middle_name")
    return display_company(name, form) if name else " ".join(person.fields.get(part, "") for part in parts)

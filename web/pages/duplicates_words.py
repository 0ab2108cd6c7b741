"""Why two cards may be of one party, in words, and what both say of each field."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup, escape

from intake.duplicates.choosing import JOINED, Side, fields_of
from intake.duplicates.policy import POLICY
from intake.matching.names import spans
from intake.model.duplicates import Likelihood, Verdict
from intake.model.wizard import PartyKind
from storage.fields import CardKind
from storage.names import Names
from storage.tables.parties import Point
from web.i18n import gettext, mark, ngettext
from web.pages.cards_fields import GROUPS, Field, shown

WORDS = {
    "phone": mark("the same phone"),
    "email": mark("the same e-mail"),
    "messenger": mark("the same nick"),
    "site": mark("the same site"),
    "switchboard": mark("the same number; only one has an extension"),
    "other-extension": mark("the same number, another extension"),
    "inn": mark("the same ИНН"),
    "name": mark("the same name"),
    "name-part": mark("one name is part of the other"),
    "same-account": mark("at the same client"),
    "city": mark("the same city"),
    "other-inn": mark("another ИНН"),
    "other-kpp": mark("another КПП: a branch"),
    "other-patronymic": mark("another patronymic"),
    "other-name": mark("another name"),
    "unlike-name": mark("names only partly alike"),
    "other-city": mark("another city"),
}
LIKE = {
    "sound": mark("name sounds the same"),
    "translit": mark("name in other letters"),
    "glued": mark("name written as one word"),
    "name": mark("short form of the name"),
    "initial": mark("initials of the name"),
    "beginning": mark("beginning of the name"),
    "part": mark("one name is part of the other"),
}
SURENESS = {Likelihood.PROBABLE: mark("probably one"), Likelihood.POSSIBLE: mark("possibly one")}
COUNTED = ("contact", "interest", "inquiry", "task", "comment", "consent")  # tables, as they are told
ACCOUNT = Field("account_id", mark("Client"))


@dataclass(frozen=True, slots=True)
class Reason:
    """A chip: its words, its colour, and what stands behind it."""

    text: str
    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A field with what each card says. `choice` is whose value stays when nothing else is said."""

    name: str
    label: str
    one: Markup
    other: Markup
    differs: bool
    choice: str
    joins: bool  # both may stay


@dataclass(frozen=True, slots=True)
class United:
    """A way to reach them, and on which of the cards it stands."""

    point: Point
    on_one: bool
    on_other: bool


def reasons(evidence: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """The weightiest first; what speaks against is amber."""
    return [_reason(each["code"], float(each["bits"]), each["params"]) for each in evidence]


def reasons_of(verdict: Verdict, *, only_for: bool = False) -> list[Reason]:
    """The same of a verdict; `only_for` leaves out what speaks against."""
    return reasons(asdict(each) for each in verdict.evidence if each.bits > 0 or not only_for)


def _reason(code: str, bits: float, params: Mapping[str, Any]) -> Reason:
    kind = "warn" if bits < 0 else "probable" if bits >= POLICY.switchboard else "possible"
    title = str(params.get("value", ""))[:160]
    people = int(params.get("people", 0))
    if code.startswith("name") and people > 2:
        title = ngettext("%(num)s card has such a name", "%(num)s cards have such a name", people)
    return Reason(_words(code, params, people), kind, title)


def _words(code: str, params: Mapping[str, Any], people: int) -> str:
    if code == "shared":
        return ngettext("shared by %(num)s card", "shared by %(num)s cards", people)
    how = str(params.get("how", ""))
    if code == "name-like" and how not in LIKE:
        mistakes = int(params.get("mistakes", 1)) or 1
        return ngettext("names differ by %(num)s letter", "names differ by %(num)s letters", mistakes)
    known = LIKE.get(how, "") if code == "name-like" else WORDS.get(code, code)
    return gettext(known)


def compared(
    kind: PartyKind,
    one: Any,
    other: Any,
    chosen: Mapping[str, Side],
    names: Names,
    clients: Mapping[int, str],
) -> list[Compared]:
    """Every field that either card says something of, in the cards' own order."""
    fields = [field for group in GROUPS[CardKind(kind.value)] for field in group.fields]
    wanted = set(fields_of(kind))
    fields += [ACCOUNT] if "account_id" in wanted else []
    rows = [_row(field, one, other, chosen, names, clients) for field in fields if field.name in wanted]
    return [row for row in rows if row.one or row.other]


def _row(
    field: Field, one: Any, other: Any, chosen: Mapping[str, Side], names: Names, clients: Mapping[int, str]
) -> Compared:
    values = getattr(one, field.name), getattr(other, field.name)
    mine, theirs = (_text(field, value, names, clients) for value in values)
    return Compared(
        field.name, gettext(field.label), differing(mine, theirs), differing(theirs, mine),
        values[0] != values[1] and mine != theirs, chosen[field.name].value,
        field.name in JOINED and bool(mine and theirs),
    )  # fmt: skip


def _text(field: Field, value: Any, names: Names, clients: Mapping[int, str]) -> str:
    if field is ACCOUNT:
        return clients.get(value, gettext("a client you may not see")) if value else ""
    return shown(field, value, names)


def differing(text: str, other: str) -> Markup:
    """The text with the words that the other does not have in <mark>."""
    known = {word.text for word in spans(other)}
    pieces, done = [Markup()], 0
    for word in spans(text):
        if other and word.text not in known:
            pieces += [escape(text[done : word.start]), Markup("<mark>"), escape(text[word.start : word.end])]
            pieces.append(Markup("</mark>"))
            done = word.end
    return Markup().join([*pieces, escape(text[done:])])


def united(one: Iterable[Point], other: Iterable[Point]) -> list[United]:
    """All of both, what both have once."""
    mine = {(point.kind, point.value, point.extension): point for point in one}
    theirs = {(point.kind, point.value, point.extension): point for point in other}
    return [United(point, key in mine, key in theirs) for key, point in (theirs | mine).items()]


def counted(hanging: Mapping[str, int]) -> str:
    """«2 contacts · 1 interest»: what would move."""
    return " · ".join(_counted(table, hanging[table]) for table in COUNTED if hanging.get(table))


def _counted(table: str, number: int) -> str:
    match table:
        case "contact":
            return ngettext("%(num)s contact", "%(num)s contacts", number)
        case "interest":
            return ngettext("%(num)s interest", "%(num)s interests", number)
        case "inquiry":
            return ngettext("%(num)s inquiry", "%(num)s inquiries", number)
        case "task":
            return ngettext("%(num)s task", "%(num)s tasks", number)
        case "comment":
            return ngettext("%(num)s comment", "%(num)s comments", number)
    return ngettext("%(num)s consent", "%(num)s consents", number)

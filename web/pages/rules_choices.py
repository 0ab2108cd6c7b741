"""What the editor of a rule lets choose from, in words."""

from intake.automation.asked import NAMED, OPS, WITHOUT_VALUE, WORDS
from intake.model.rules import About, Condition, Do, Op, Way
from intake.model.wizard import PartyKind
from storage.rule_names import RuleNames
from web.i18n import gettext, mark, pgettext
from web.pages.inquiries_words import CHANNELS, REASONS
from web.rule_conditions_words import ABOUT, CHOSEN
from web.rule_conditions_words import OPS as OP_WORDS
from web.rule_words import CHANNEL_OF

__all__ = ["NAMED", "WITHOUT_VALUE"]  # of use to the template as well
Pairs = list[tuple[str, str]]

DOING = {
    Do.CREATE: mark("create an interest"),
    Do.LINK: mark("link it to the open interest"),
    Do.LINK_OR_CREATE: mark("link it to the open interest, or create one"),
    Do.TASK: mark("set a task"),
    Do.HOLD: mark("leave it to a person"),
    Do.DECLINE: mark("decline it"),
    Do.NOTHING: mark("decide nothing: labels and who is responsible"),
}
WAYS = {
    Way.OWN: mark("who is responsible for the client"),
    Way.LAST: mark("who talked with them last"),
    Way.TEAM: mark("somebody of a team"),
    Way.USER: mark("one person"),
    Way.DEFAULT: mark("the default of the settings"),
}
KINDS = {"form": mark("Forms"), "imap": mark("Mailboxes"), "did": mark("Lines"), "chat": mark("Bots")}


def channels() -> list[tuple[str, str, str]]:
    """Value, icon, word."""
    return [(channel.value, icon, gettext(word)) for channel, (icon, word) in CHANNELS.items()]


def sources(names: RuleNames, chosen: tuple[str, ...], of: tuple[str, ...]) -> list[tuple[str, Pairs]]:
    """Of the channels that were chosen, by kind; and whatever is chosen already, even if it is gone."""
    grouped: dict[str, Pairs] = {kind: [] for kind in KINDS}
    for source, name in names.sources.items():
        kind = source.partition(":")[0]
        if not of or CHANNEL_OF[kind] in of or source in chosen:
            grouped[kind].append((source, name))
    gone = [(source, source) for source in chosen if source not in names.sources]
    found = [(gettext(KINDS[kind]), pairs) for kind, pairs in grouped.items() if pairs]
    return [*found, (gettext("Others"), gone)] if gone else found


def abouts() -> Pairs:
    return [(about.value, gettext(word)) for about, word in ABOUT.items()]


def ops(condition: Condition) -> Pairs:
    """Only what fits what is asked about; all, where that is no word of ours."""
    return [(op.value, gettext(OP_WORDS[op])) for op in OPS.get(condition.about, tuple(Op))]


def values(condition: Condition) -> Pairs:
    """Where there are few; else nothing, and it is typed."""
    words = CHOSEN.get(condition.about, {})
    return [(word, gettext(words[word][0])) for word in WORDS.get(condition.about, ()) if word in words]


def doings() -> Pairs:
    return [(do.value, gettext(word)) for do, word in DOING.items()]


def reasons() -> Pairs:
    return [("", "—"), *((reason.value, gettext(word)) for reason, word in REASONS.items())]


def newcomers() -> Pairs:
    return [
        ("", gettext("as the settings say")),
        (PartyKind.LEAD.value, gettext("as a potential client")),
        (PartyKind.ACCOUNT.value, gettext("as a client")),
    ]


def statuses(names: RuleNames) -> Pairs:
    return [("", gettext("the first one")), *((str(id_), name) for id_, name in names.statuses.items())]


def tasks() -> Pairs:
    return [
        ("call", pgettext("task", "a call")),
        ("letter", pgettext("task", "a letter")),
        ("task", pgettext("task", "a task")),
    ]


def teams(names: RuleNames) -> Pairs:
    return [("", "—"), *((str(id_), name) for id_, name in names.teams.items())]


def people(names: RuleNames, chosen: int | None) -> Pairs:
    """Who may be given work, and whoever is chosen already."""
    listed = [(str(id_), name) for id_, name in names.users.items() if id_ in names.active or id_ == chosen]
    return [("", "—"), *listed]


def ways(chosen: tuple[Way, ...]) -> list[tuple[str, str, bool]]:
    """In the order in which they are tried: value, word, whether it is chosen."""
    return [(way.value, gettext(word), way in chosen) for way, word in WAYS.items()]


def name_hint(condition: Condition) -> str:
    """What is to be typed as the name of a header, a field, a parameter."""
    hints = {
        About.HEADER: gettext("name of the header: list-id"),
        About.FIELD: gettext("name or label of the field"),
        About.UTM: gettext("name: utm_source"),
    }
    return hints.get(condition.about, gettext("name"))


def value_hint(condition: Condition) -> str:
    if condition.op is Op.MATCHES:
        return gettext("expression: price|cost")
    if condition.op in (Op.AT_LEAST, Op.AT_MOST):
        return gettext("from 0 to 100") if condition.about is About.SPAM_SCORE else gettext("a number")
    return gettext("value")

"""What the settings' forms let choose from, in words."""

from intake.model.wizard import Mode
from storage.tables.interests import Pipeline, StatusKind
from storage.tables.letters import Mailbox
from storage.tables.people import Role, Scope
from web.access import Viewer
from web.i18n import gettext, pgettext

Pairs = list[tuple[str, str]]

OF_MANAGERS = ("settings.rules", "settings.ignored", "settings.routing")


def tabs() -> Pairs:
    """The settings' pages by their routes."""
    return [
        ("settings", gettext("Telephony")),
        ("settings.mail", pgettext("tab", "Mail")),
        ("settings.bots", gettext("Messengers")),
        ("settings.forms", gettext("Forms")),
        ("settings.letters", pgettext("tab", "Templates")),
        ("settings.rules", gettext("Rules")),
        ("settings.ignored", gettext("Ignore list")),
        ("settings.routing", pgettext("tab", "Queue")),
        ("settings.people", gettext("People")),
        ("settings.work", gettext("Work")),
        ("settings.webhooks", gettext("Webhooks")),
        ("settings.access", pgettext("tab", "Access")),
    ]


def tabs_for(viewer: Viewer) -> Pairs:
    """Managers may look at the rules and at who gets the work, and at nothing else of the settings."""
    return tabs() if viewer.may(Role.ADMINISTRATOR) else [tab for tab in tabs() if tab[0] in OF_MANAGERS]


def roles() -> dict[str, str]:
    return {
        Role.OPERATOR.value: pgettext("role", "Operator"),
        Role.MANAGER.value: pgettext("role", "Manager"),
        Role.ADMINISTRATOR.value: pgettext("role", "Administrator"),
    }


def scopes() -> Pairs:
    return [
        (Scope.ALL.value, pgettext("scope", "of everybody")),
        (Scope.TEAM.value, pgettext("scope", "of their team and nobody's")),
        (Scope.OWN.value, pgettext("scope", "of their own and nobody's")),
    ]


def meanings() -> Pairs:
    return [
        (StatusKind.OPEN.value, pgettext("status", "in progress")),
        (StatusKind.WON.value, pgettext("status", "won")),
        (StatusKind.LOST.value, pgettext("status", "lost")),
    ]


def search_modes() -> Pairs:
    """For the wizard, for each person's own settings, and for all who chose nothing."""
    return [
        (Mode.BEGINNING.value, pgettext("search", "beginning")),
        (Mode.PART.value, pgettext("search", "part")),
        (Mode.EXACT.value, pgettext("search", "exact")),
        (Mode.INEXACT.value, pgettext("search", "inexact")),
    ]


def general(pipelines: list[Pipeline], boxes: list[Mailbox]) -> dict[str, Pairs]:
    return {
        "notify_mailbox_id": [
            ("", gettext("nowhere: no letters")),
            *((str(one.id), one.name) for one in boxes),
        ],
        "pipeline_id": [("", gettext("the first pipeline")), *((str(one.id), one.name) for one in pipelines)],
        "newcomer_kind": [("lead", gettext("a potential client")), ("account", gettext("a client"))],
        "wizard_opens": [
            ("ring", gettext("on ring")),
            ("answer", gettext("on answer")),
            ("hand", gettext("by hand")),
        ],
        "search_mode": search_modes(),
    }

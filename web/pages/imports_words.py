"""What the pages of imports say: columns, choices, and why a row was left out."""

from intake.errors import Rejected
from intake.importing.encodings import CHOICES
from intake.importing.targets import BY_KEY, TARGETS, Target
from intake.model.imports import BadRow, Found
from intake.model.wizard import PartyKind
from storage.database import Database
from storage.history import stored_id
from storage.imports import bad_rows
from storage.tables.imports import Import, ImportBad, ImportState
from web.i18n import gettext, language, mark, pgettext
from web.messages import sentence
from web.table_files import Rows

KINDS = {
    PartyKind.ACCOUNT: mark("Clients"),
    PartyKind.CONTACT: mark("Contacts"),
    PartyKind.LEAD: mark("Leads"),
}
PLURALS = {PartyKind.ACCOUNT: "accounts", PartyKind.CONTACT: "contacts", PartyKind.LEAD: "leads"}
DELIMITERS = ((";", ";"), (",", ","), ("\t", mark("tab")), ("|", "|"))
CHIPS = {
    ImportState.DRAFT: "warn",
    ImportState.RUNNING: "info",
    ImportState.UNDOING: "info",
    ImportState.DONE: "good",
    ImportState.FAILED: "bad",
}


def label(target: Target) -> str:
    """As exports head the column: these words are in the table itself, in both languages."""
    return target.russian[0] if language() == "ru" else target.english[0]


def headings(kind: PartyKind, keys: tuple[str, ...]) -> list[str]:
    return [label(BY_KEY[kind][key]) for key in keys]


def target_choices(kind: PartyKind) -> list[tuple[str, str]]:
    return [("", gettext("leave out")), *((target.key, label(target)) for target in TARGETS[kind])]


def encodings() -> list[tuple[str, str]]:
    return [(name, name.upper() if name.startswith("utf") else name) for name in CHOICES]


def delimiters() -> list[tuple[str, str]]:
    return [(sign, gettext(name)) for sign, name in DELIMITERS]


def found_choices() -> list[tuple[str, str, str]]:
    return [
        (
            Found.FILL.value,
            gettext("Fill in what is empty"),
            gettext("New telephones and addresses are added, nothing is replaced."),
        ),
        (
            Found.OVERWRITE.value,
            gettext("Replace by what the file says"),
            gettext("Empty cells replace nothing."),
        ),
        (Found.SKIP.value, gettext("Leave it as it is"), gettext("Only what is not there yet is taken.")),
    ]


def state(one: ImportState) -> str:
    return {
        ImportState.DRAFT: pgettext("import", "not started"),
        ImportState.RUNNING: pgettext("import", "running"),
        ImportState.DONE: pgettext("import", "done"),
        ImportState.CANCELLED: pgettext("import", "stopped"),
        ImportState.FAILED: pgettext("import", "failed"),
        ImportState.UNDOING: pgettext("import", "being undone"),
        ImportState.UNDONE: pgettext("import", "undone"),
    }[one]


def reason(kind: PartyKind, code: str, params: dict[str, object]) -> str:
    """Why a row was left out, with the column it is about."""
    text = sentence(Rejected(code, **params))
    target = BY_KEY[kind].get(str(params.get("field", "")))
    value = f" («{params['value']}»)" if params.get("value") else ""
    return f"{label(target)}{value}: {text}" if target else text


async def left_out(database: Database, one: Import) -> Rows:
    """The rows that were left out as they were in the file, each with its line and why."""
    yield [[*one.headings, pgettext("file", "Line"), gettext("Why it was left out")]]
    async for some in bad_rows(database, stored_id(one)):
        yield [_bad_cells(one, row) for row in some]


def _bad_cells(one: Import, row: ImportBad) -> list[str]:
    width = len(one.headings)
    cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
    return [*cells, str(row.line), reason(one.kind, row.code, row.params)]


def reason_of(kind: PartyKind, row: BadRow) -> str:
    return reason(kind, row.code, row.params)

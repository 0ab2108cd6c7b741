"""What the administrator may type about a mailbox: checked here, plain values afterwards."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from intake.matching.emails import read_email
from storage.tables.letters import AfterStoring, Mailbox, MailLogin, Security
from web.pages.settings_forms import Form, Name, read
from web.times import from_input, here

DAY = "%Y-%m-%d"  # as <input type="date"> has it
MEGABYTE = 1_000_000
MOST_FOLDERS = 20
MOST_ALIASES = 50
WITHOUT = r"^[^\x00-\x1f\x7f]*$"  # control characters: a line end would begin another command


def _address(text: str) -> str:
    email = read_email(text)
    if email is None:
        raise ValueError("not an address")
    return email.address.lower()


def _lines(value: object) -> object:
    return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


def _words(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _day(value: object) -> object:
    if not isinstance(value, str) or not value:
        return None
    if (read_day := from_input(value)) is None:
        raise ValueError("not a day")
    return read_day


def _own_machine_or_https(url: str) -> str:
    """The grant's secrets are sent there."""
    if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ValueError("not encrypted")
    return url


Address = Annotated[str, StringConstraints(max_length=320), AfterValidator(_address)]
Host = Annotated[str, StringConstraints(pattern=r"^[\w.:-]*$", max_length=253)]
Folder = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f*%]+$", max_length=200)]
Text = Annotated[str, StringConstraints(pattern=WITHOUT, max_length=500)]
Port = Annotated[int, Field(ge=1, le=65535)]


class MailboxForm(Form):
    name: Name
    address: Address
    aliases: Annotated[list[Address], BeforeValidator(_words), Field(max_length=MOST_ALIASES)] = Field([])
    enabled: bool = False

    imap_host: Host = ""
    imap_port: Port = 993
    imap_security: Security = Security.TLS
    folders: Annotated[list[Folder], BeforeValidator(_lines), Field(max_length=MOST_FOLDERS)] = Field([])
    after_storing: AfterStoring = AfterStoring.KEEP
    move_to: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f*%]*$", max_length=200)] = ""
    scan_from: Annotated[datetime | None, BeforeValidator(_day)] = None
    most_megabytes: int = Field(40, ge=1, le=200)

    smtp_host: Host = ""
    smtp_port: Port = 465
    smtp_security: Security = Security.TLS

    login: MailLogin = MailLogin.PASSWORD
    username: Annotated[str, StringConstraints(pattern=WITHOUT, max_length=320)] = ""
    secret: str = Field("", max_length=4000)
    oauth_token_url: Annotated[Text, AfterValidator(_own_machine_or_https)] = ""
    oauth_client_id: Annotated[str, StringConstraints(pattern=WITHOUT, max_length=300)] = ""
    oauth_client_secret: str = Field("", max_length=1000)
    oauth_scope: Text = ""
    ca_file: Text = ""


SECRETS = ("secret", "oauth_client_secret")


def typed_mailbox(typed: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Values for a `Mailbox`, and the names of the fields that make no sense (then no values)."""
    values, wrong = read(MailboxForm, typed)
    if wrong:
        return {}, wrong
    values["most_bytes"] = values.pop("most_megabytes") * MEGABYTE
    wrong = _contradictions(values)
    return ({}, wrong) if wrong else (values, set())


def _contradictions(values: dict[str, Any]) -> set[str]:
    wrong: set[str] = set()
    if values["after_storing"] is AfterStoring.MOVE and values["move_to"] in ("", *_folders(values)):
        wrong.add("move_to")  # nowhere, or where they would be found again
    if values["login"] is MailLogin.OAUTH2:
        wrong |= {name for name in ("oauth_token_url", "oauth_client_id") if not values[name]}
    return wrong


def _folders(values: dict[str, Any]) -> list[str]:
    return values["folders"] or ["INBOX"]


def keeping_secrets(values: dict[str, Any], stored: Mailbox | None) -> dict[str, Any]:
    """A secret is never shown, so an empty one means «as it is»."""
    kept = {name: getattr(stored, name) if stored else "" for name in SECRETS}
    return values | {name: values[name] or kept[name] for name in SECRETS}


def shown(mailbox: Mailbox) -> dict[str, Any]:
    """A mailbox as the form shows it: without its secrets."""
    values = mailbox.model_dump(exclude={*SECRETS, "form_labels"})
    return values | {
        "aliases": " ".join(mailbox.aliases),
        "folders": "\n".join(mailbox.folders),
        "scan_from": here(mailbox.scan_from).strftime(DAY) if mailbox.scan_from else "",
        "most_megabytes": max(1, mailbox.most_bytes // MEGABYTE),
    }

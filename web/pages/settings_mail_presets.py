"""The mail services that most mailboxes are at: what to fill in, and where to get the password."""

from dataclasses import dataclass
from typing import Any

from web.i18n import gettext, mark


@dataclass(frozen=True, slots=True)
class Preset:
    """Servers as the service's own help names them (November 2026)."""

    name: str
    imap_host: str
    smtp_host: str
    hint: str
    smtp_port: int = 465
    smtp_security: str = "tls"
    login: str = "password"
    grants_at: str = ""  # where a refresh token becomes an access token
    oauth_scope: str = ""

    def values(self) -> dict[str, Any]:
        """For the form."""
        return {
            "imap_host": self.imap_host,
            "imap_port": 993,
            "imap_security": "tls",
            "smtp_host": self.smtp_host,
            "smtp_port": self.smtp_port,
            "smtp_security": self.smtp_security,
            "login": self.login,
            "oauth_token_url": self.grants_at,
            "oauth_scope": self.oauth_scope,
        }


PRESETS = {
    "yandex": Preset(
        mark("Yandex 360"),
        "imap.yandex.ru",
        "smtp.yandex.ru",
        mark(
            "Switch IMAP on in the mailbox's own settings («Mail programs») and make an app password "
            "«Mail» at id.yandex.ru: the ordinary password is refused."
        ),
        grants_at="https://oauth.yandex.ru/token",
    ),
    "mailru": Preset(
        "Mail.ru",
        "imap.mail.ru",
        "smtp.mail.ru",
        mark(
            "Make a password for external programs at account.mail.ru («Security»): "
            "the ordinary password is refused."
        ),
        grants_at="https://oauth.mail.ru/token",
    ),
    "gmail": Preset(
        "Gmail",
        "imap.gmail.com",
        "smtp.gmail.com",
        mark(
            "With two-step verification make an app password at myaccount.google.com; a company's domain "
            "may want OAuth2 instead."
        ),
        grants_at="https://oauth2.googleapis.com/token",
        oauth_scope="https://mail.google.com/",
    ),
    "microsoft": Preset(
        "Microsoft 365",
        "outlook.office365.com",
        "smtp.office365.com",
        mark(
            "Takes OAuth2 only: register an application in Entra ID, allow it IMAP and SMTP, and put its "
            "refresh token here."
        ),
        smtp_port=587,
        smtp_security="starttls",
        login="oauth2",
        grants_at="https://login.microsoftonline.com/common/oauth2/v2.0/token",
        oauth_scope=(
            "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send "
            "offline_access"
        ),
    ),
}


def names() -> list[tuple[str, str]]:
    """What can be chosen, by its key."""
    return [(key, gettext(preset.name)) for key, preset in PRESETS.items()]

"""What spam filters wrote into a letter's headers when they said yes."""

import re

from intake.letters.headers import Headers
from intake.letters.plain import one_line

_VERDICTS = {
    "x-spam-flag": r"yes|true|1",
    "x-spam-status": r"yes",
    "x-spam": r"yes|true|spam|probable",
    "x-yandex-spam": r"[2-9]",  # 1 is «no»
    "x-mras": r"spam|probable",  # Mail.ru
    "x-mailru-spam": r"yes|true|[1-9]",
    "x-mru-spam": r"yes|true|spam",
    "x-barracuda-spam-status": r"yes",
    "x-spamd-result": r"\w+: true",  # rspamd
    "x-rspamd-action": r"reject|add header|rewrite subject|soft reject",
    "x-klms-antispam-status": r"spam|probable|blacklisted|massmail",  # Kaspersky
    "x-ksmg-antispam-status": r"spam|probable|blacklisted|massmail",
    "x-drweb-spamstate": r"yes",
    "x-ms-exchange-organization-scl": r"[5-9]",
    "x-forefront-antispam-report": r"(?:.*;\s*)?sfv:spm",
    "x-gm-spam": r"1|yes",
    "x-rambler-spam": r"yes",
}
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _VERDICTS.items()}


def spam_verdict(headers: Headers) -> str:
    """«X-Spam-Flag: YES»; empty when no filter says so."""
    for name, pattern in _COMPILED.items():
        if name in headers and pattern.match(said := headers.text(name)):
            return one_line(f"{'-'.join(word.capitalize() for word in name.split('-'))}: {said}", 200)
    return ""

"""Addresses as they may stand in a header and on an SMTP line."""

import re

from email_validator import EmailNotValidError, validate_email

from intake.errors import Rejected

_BREAKING = re.compile(r"[\x00-\x20\x7f<>,;\"\\]")  # would end the address, the line or the list of them


def written(email: str) -> str:
    """«info@почта.рф» -> «info@xn--80a1acny.xn--p1ai». A local part beyond ASCII stays and needs SMTPUTF8.

    Raises Rejected("bad-address") for what is none, above all for anything that could become a second line.
    """
    if _BREAKING.search(email):
        raise Rejected("bad-address", address=_shown(email))
    local, _, domain = email.rpartition("@")
    if local.isascii() and _is_plain_host(domain):
        if local and len(local) <= 64:
            return email
        raise Rejected("bad-address", address=_shown(email))
    try:
        checked = validate_email(email, check_deliverability=False, globally_deliverable=False)
    except (EmailNotValidError, ValueError):
        raise Rejected("bad-address", address=_shown(email)) from None
    return f"{checked.local_part}@{checked.ascii_domain}"


def _is_plain_host(domain: str) -> bool:
    return bool(re.fullmatch(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,20}", domain))


def _shown(email: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", "␤", email)[:100]

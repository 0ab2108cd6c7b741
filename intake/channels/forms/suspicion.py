"""Why somebody should look at a submission first. Whoever sent it is thanked all the same."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from intake.channels.forms.tokens import Rendering
from intake.matching.emails import read_email
from intake.model.forms import Suspicion

OLDEST = timedelta(hours=24)  # that a form may stay open
MOST_LINKS = 3  # that a person writes into a form
_LINK = re.compile(r"https?://|\bwww\.|\[url|<a\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of how a submission came."""

    at: datetime
    trap: str = ""  # what stands in the field that people do not see
    token: str = ""
    rendering: Rendering | None = None  # what the token says, when it is ours
    must_be_shown: bool = False  # by us, or on a page that may: the form says where it stands
    least_seconds: int = 0
    texts: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    page: str = ""
    too_many: bool = False
    unsolved: bool = False


def suspicions(
    seen: Seen, own_addresses: Collection[str], own_hosts: Collection[str]
) -> tuple[Suspicion, ...]:
    """All that make it suspicious, the surest first."""
    why = {
        Suspicion.HONEYPOT: bool(seen.trap),
        Suspicion.NO_CHALLENGE: seen.unsolved,
        Suspicion.TOO_MANY: seen.too_many,
        Suspicion.UNSIGNED: seen.rendering is None and (bool(seen.token) or seen.must_be_shown),
        Suspicion.TOO_QUICK: _age(seen) < timedelta(seconds=seen.least_seconds),
        Suspicion.TOO_OLD: seen.rendering is not None and _age(seen) > OLDEST,
        Suspicion.LINKS: sum(len(_LINK.findall(text)) for text in seen.texts) > MOST_LINKS,
        Suspicion.LOOP: _is_loop(seen, own_addresses, own_hosts),
    }
    return tuple(reason for reason, holds in why.items() if holds)


def _age(seen: Seen) -> timedelta:
    """Of the form when it was sent; nobody knows that of a form that we did not show."""
    return seen.at - seen.rendering.at if seen.rendering else timedelta.max


def _is_loop(seen: Seen, own_addresses: Collection[str], own_hosts: Collection[str]) -> bool:
    read = (read_email(text) for text in seen.emails)
    return any(email is not None and email.address in own_addresses for email in read) or _is_ours(
        seen.page, own_hosts
    )


def _is_ours(page: str, own_hosts: Collection[str]) -> bool:
    """A page of the service itself asks; those where visitors are meant to stand are under /f/."""
    try:
        parts = urlsplit(page)
        return parts.netloc.casefold() in own_hosts and not parts.path.startswith("/f/")
    except ValueError:
        return False

"""Why a channel is not heard, in words. What the system or the other side said stands beside it, for whoever
can use it."""

import re
from collections.abc import Sequence

from web.i18n import gettext, mark

Why = Sequence[tuple[str, str]]  # what is found in the raw text -> how it is said; the first that fits

WHY: Why = (
    (r"ssl|tls|certificate", mark("the encrypted connection failed: look at its certificate")),
    (r"Errno 111\b|refused", mark("nothing listens at its address and port: it may be switched off")),
    (r"Errno -\d|name or service|name resolution", mark("there is no host of this name")),
    (r"Errno (113|101)\b|unreachable|no route", mark("the network knows no way to it")),
    (r"silent|timed out|Errno 110\b", mark("it does not answer")),
    (r"Errno (104|32)\b|reset|closed|broken pipe|pbx-offline", mark("it broke the connection off")),
    (r"backlog", mark("it told more than could be taken: we start afresh")),
    (r"authentication|login|password", mark("the name or the secret is wrong")),
    (r"permission", mark("its user may not do this: look at its rights")),
    (r"pbx-address", mark("its address or port makes no sense")),
)
UNKNOWN = mark("the connection failed")


def in_words(raw: str, why: Why = WHY) -> str:
    """A clause for people; "" when nothing was said."""
    if not raw:
        return ""
    return gettext(next((words for pattern, words in why if re.search(pattern, raw, re.IGNORECASE)), UNKNOWN))

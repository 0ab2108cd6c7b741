"""Why a mailbox is not heard, in words. What its server said stands beside it."""

from web.i18n import mark
from web.pages import channel_words
from web.pages.channel_words import Why

WHY: Why = (
    (r"No such file|mail-ca-file", mark("its certificate file cannot be read")),
    (r"ssl|tls|certificate", mark("the encrypted connection failed: look at its certificate")),
    (
        r"authenticat|credential|login|password|invalid|revoked|expired",
        mark("the name or password is wrong"),
    ),
    (r"Errno 111\b|Connection refused", mark("no mail server listens at this address and port")),
    (r"Errno -\d|name or service|name resolution", mark("there is no host of this name")),
    (r"Errno (113|101)\b|unreachable|no route", mark("the network knows no way to it")),
    (r"silent|timed out|Errno 110\b", mark("the mail server does not answer")),
    (r"too many|simultaneous|limit|exceeded", mark("the mail server allows no more connections")),
    (
        r"Errno (104|32)\b|reset|closed|broken pipe|EOF|BYE",
        mark("the mail server broke the connection off"),
    ),
)


def in_words(raw: str) -> str:
    """A clause for people; "" when nothing was said."""
    return channel_words.in_words(raw, WHY)

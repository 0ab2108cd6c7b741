"""What can be wrong with a letter: stable codes that a person is shown as sentences."""

from enum import StrEnum


class Problem(StrEnum):
    """Nothing here keeps a letter from being read: it says what to be wary of."""

    FAILED = "reading-failed"  # our fault: the bytes are shown as they are
    NO_HEADERS = "no-headers"
    BROKEN_HEADERS = "broken-headers"  # lines among the headers that are none
    TOO_MANY_HEADERS = "too-many-headers"
    NO_SENDER = "no-sender"
    SEVERAL_SENDERS = "several-senders"  # From stands there twice, or names several: the first counts
    BAD_DATE = "bad-date"
    BAD_CHARSET = "bad-charset"  # unknown, or not what the text is written in: guessed
    UNREADABLE_TEXT = "unreadable-text"  # some letters could not be read in any way
    BAD_ENCODING = "bad-encoding"  # the transfer encoding is unknown or broken
    NO_BOUNDARY = "no-boundary"  # parts without the line that parts them
    CUT_SHORT = "cut-short"  # the last boundary is missing: the end may be, too
    TOO_MANY_PARTS = "too-many-parts"
    TOO_DEEP = "nested-too-deep"
    TEXT_CUT = "text-cut"
    HTML_CUT = "html-cut"
    WINMAIL = "winmail-dat"  # Outlook's own format: files may be hidden in it
    ENCRYPTED = "encrypted"

"""What makes two letters one and the same, by whatever way they came."""

import hashlib
import re

MOST_HEAD = 1_000_000  # bytes of headers that are looked at

_BLANK = re.compile(rb"\n\n")
_NAMED = re.compile(
    rb"^(message-id|from|date|subject)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE
)
_TELLING = {b"message-id", b"date"}  # without either, two letters may be alike by chance


def fingerprint(raw: bytes) -> str:
    """SHA-256 in hex over Message-ID, From, Date, Subject and the body.

    One letter is one by IMAP and by SMTP, after UIDVALIDITY has changed, and in two mailboxes of ours: what
    the servers on its way write in front (Received, Delivered-To, Return-Path, X-…), how they fold headers,
    how lines end and whether the last one does, is left out. Message-ID alone would not do: web forms and
    hostile senders write the same one into different letters, and both are to be kept. A letter that was
    rewritten on its way (a filter's «[SPAM]», a footer) has another fingerprint; storage/threads.py puts it
    into the inquiry of the first. What has neither Message-ID nor Date is told apart by all its bytes.

    Linear in the size of any bytes whatsoever.
    """
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip()
    end = _BLANK.search(text)
    head = text[: end.start() if end else None]
    named = _named(head[:MOST_HEAD])
    if _TELLING.isdisjoint(name for name, _ in named):
        return hashlib.sha256(text).hexdigest()
    digest = hashlib.sha256()
    for name, value in sorted(named):
        digest.update(b"%s:%s\n" % (name, value))
    digest.update(text[len(head) :])
    return digest.hexdigest()


def _named(head: bytes) -> list[tuple[bytes, bytes]]:
    return [(match[1].lower(), b" ".join(match[2].split())) for match in _NAMED.finditer(head)]

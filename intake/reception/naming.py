"""The ids that a letter names: its own, those it answers, and those of our letters that came back in it."""

import re

from intake.model.letters import Letter
from storage.threads import Named, key, keys, token_key

LOOKED_AT = 400_000  # bytes of a raw letter in which a returned one of ours is looked for
MOST_RETURNED = 20

_TOKEN = re.compile(rb"^X-Intake-Id:[ \t]*([0-9a-f]{32})\b", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(rb"^Message-ID:[ \t]*(?:\r?\n[ \t]+)?<([\x21-\x7e]{1,900})>", re.IGNORECASE | re.MULTILINE)
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_FAILED = re.compile(rb"^Action:[ \t]*failed", re.IGNORECASE | re.MULTILINE)
_LATE = re.compile(rb"^Action:[ \t]*(?:delayed|relayed|delivered|expanded)", re.IGNORECASE | re.MULTILINE)

NOBODY_NAMED = Named("", (), "")


def named_by(letter: Letter | None) -> Named:
    """What it says of its thread, the letter it answers most nearly first."""
    if letter is None:
        return NOBODY_NAMED
    answers = keys([*letter.references, letter.in_reply_to])[::-1]
    return Named(key(letter.message_id), answers, letter.sent_from.email.lower(), letter.date)


def own_keys(letter: Letter, raw: bytes) -> list[str]:
    """Its own, also where a server has given it another id on its way (our X-Intake-Id stays)."""
    end = _HEAD_ENDS.search(raw)
    tokens = _tokens(raw[: min(end.start(), LOOKED_AT) if end else LOOKED_AT])
    return [key(letter.message_id), *tokens] if letter.message_id else tokens


def returned_keys(letter: Letter, raw: bytes) -> list[str]:
    """Of letters that a delivery report may be about: what it answers, and whatever stands in it."""
    inside = [key(match[1].decode()) for match in _ID.finditer(raw[:LOOKED_AT])][:MOST_RETURNED]
    named = named_by(letter)
    return [one for one in (*_tokens(raw[:LOOKED_AT]), *named.answers, *inside) if one and one != named.own]


def says_it_failed(raw: bytes) -> bool:
    """A report that a letter is late is none that it failed (RFC 3464, 2.3.3); one without a word of that
    kind, as servers of old write it, says so."""
    looked_at = raw[:LOOKED_AT]
    return bool(_FAILED.search(looked_at)) or not _LATE.search(looked_at)


def _tokens(raw: bytes) -> list[str]:
    return [token_key(match[1].decode()) for match in _TOKEN.finditer(raw)][:MOST_RETURNED]

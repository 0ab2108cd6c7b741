"""A stored letter's headers, for the rules that ask for one."""

import zlib

from intake.letters.headers import split

MOST_HEAD = 200_000  # bytes of a letter that are looked at
MOST_NAMED = 200  # different headers
MOST_VALUE = 2_000  # characters of one


def headers_of(deflated: bytes | None) -> tuple[tuple[str, str], ...]:
    """Each name in lower case with its first value; none of a letter whose bytes are in a file or gone."""
    if not deflated:
        return ()
    try:
        raw = zlib.decompressobj().decompress(deflated, MOST_HEAD)
    except zlib.error:
        return ()
    headers, _ = split(raw, 0, len(raw))
    return tuple((name, headers.text(name)[:MOST_VALUE]) for name in list(headers.fields)[:MOST_NAMED])

"""Who rings the demonstration's PBX."""

from typing import NamedTuple


class Caller(NamedTuple):
    """Somebody outside: number as the trunk gives it (None: withheld), display name, the line dialled."""

    number: str | None
    name: str | None
    did: str

"""How much the words of names tell, by how many names have them."""

from collections.abc import Iterable

from sqlalchemy import Connection

from storage.search.alike import tells
from storage.search.sql import rows


def rarity(connection: Connection, words: Iterable[str]) -> dict[str, float]:
    """Bits for each word; one that no name has tells as much as the rarest."""
    wanted = sorted(set(words))
    if not wanted:
        return {}
    known = rows(connection, "SELECT text, records FROM search_word WHERE text AMONG TEXTS 1", wanted)
    return {word: tells(word, 0) for word in wanted} | {text: tells(text, have) for text, have in known}

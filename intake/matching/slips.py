"""What words have in common when a letter or two went wrong, and when one is inside the other.

Two words that differ by a mistake become equal when a letter is left out of each (SymSpell's trick, by Wolf
Garbe). Only the first sounds are treated so: what comes after them is compared when few words are left.
"""

from collections.abc import Iterator
from zlib import crc32

STEM = 7  # sounds; more would cost room, fewer would cost time
TWO_SLIPS_FROM = 5  # sounds: in shorter stems two mistakes leave nothing to go by
PIECE = 3  # letters


def stem(sound: str) -> str:
    """The part of a skeleton in which mistakes are looked for."""
    return sound[:STEM]


def slips(stem: str, most: int) -> dict[int, int]:
    """Hashes (32 bits) of the stem with up to `most` (0 … 2) sounds left out, itself among them: how many."""
    found: dict[int, int] = {}
    for left, count in _left(stem, min(most, len(stem) - 1)):
        hashed = crc32(left.encode())
        if count < found.get(hashed, count + 1):
            found[hashed] = count
    return found


def kept_slips(stem: str) -> dict[int, int]:
    """Those that are stored. Of numbers only themselves: another number is another thing."""
    if stem.isdigit() or len(stem) < 2:
        return slips(stem, 0)
    return slips(stem, 2 if len(stem) >= TWO_SLIPS_FROM else 1)


def pieces(word: str) -> set[int]:
    """Hashes of all runs of three letters in a word; none in a shorter one."""
    return {crc32(word[at : at + PIECE].encode()) for at in range(len(word) - PIECE + 1)}


def _left(stem: str, most: int) -> Iterator[tuple[str, int]]:
    yield stem, 0
    for first in range(len(stem) if most else 0):
        shorter = stem[:first] + stem[first + 1 :]
        yield shorter, 1
        for second in range(first, len(shorter) if most > 1 else 0):
            yield shorter[:second] + shorter[second + 1 :], 2

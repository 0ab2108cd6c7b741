"""Pictures of screens made small: a PNG with millions of colours in, one with a palette of 256 out.

Screens are flat: what does not fit the palette is shades at the edges of letters, which nobody tells apart.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Callable

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {2: 3, 6: 4}  # by PNG's colour type: RGB, RGBA
PALETTE = 3  # the colour type with one
COLOURS = 256
UNFILTERED = 0

Colour = tuple[int, ...]  # red, green, blue


def with_palette(png: bytes) -> bytes:
    """The same picture in its 256 most frequent colours; a colour that is not among them becomes the nearest.

    Takes what browsers write: 8 bits a channel, not interlaced. What is transparent is not kept.
    """
    width, height, channels, packed = _parts(png)
    rows = _unfiltered(zlib.decompress(packed), width * channels, channels)
    pixels = [list(zip(*(row[channel::channels] for channel in range(3)), strict=True)) for row in rows]
    places = _places(Counter(pixel for row in pixels for pixel in row))
    body = b"".join(b"\0" + bytes(places[pixel] for pixel in row) for row in pixels)
    palette = {place: colour for colour, place in reversed(places.items())}
    return b"".join(
        [
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(bytes(palette[place]) for place in range(len(palette)))),
            _chunk(b"IDAT", zlib.compress(body, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _places(counted: Counter[Colour]) -> dict[Colour, int]:
    """Each colour's place in the palette; those that are in it themselves come first, in order."""
    kept = [colour for colour, _ in counted.most_common(COLOURS)]
    places = {colour: place for place, colour in enumerate(kept)}
    for colour in counted.keys() - places.keys():
        places[colour] = min(range(len(kept)), key=lambda place: _distance(colour, kept[place]))
    return places


def _distance(one: Colour, other: Colour) -> int:
    """Squared, with what the eye makes of red, green and blue."""
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    return 2 * red * red + 4 * green * green + 3 * blue * blue


def _parts(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, channels, and the compressed pixels."""
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    if not png.startswith(SIGNATURE) or depth != 8 or kind not in CHANNELS or interlaced:
        raise ValueError("not a PNG as browsers write them")
    packed, at = [], len(SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        if name == b"IDAT":
            packed.append(png[at + 8 : at + 8 + length])
        at += 12 + length
    return width, height, CHANNELS[kind], b"".join(packed)


def _unfiltered(data: bytes, length: int, step: int) -> list[bytes]:
    """Rows of bytes as they were before each was made into differences from its neighbours."""
    rows, above = [], bytes(length)
    for start in range(0, len(data), length + 1):
        above = _row(data[start], data[start + 1 : start + 1 + length], above, step)
        rows.append(above)
    return rows


def _row(kind: int, coded: bytes, above: bytes, step: int) -> bytes:
    if kind == UNFILTERED:
        return coded
    guess = GUESSES[kind]
    row, above = bytearray(step) + coded, bytes(step) + above
    for at in range(step, len(row)):
        row[at] = (row[at] + guess(row[at - step], above[at], above[at - step])) & 255
    return bytes(row[step:])


def _paeth(left: int, up: int, corner: int) -> int:
    """The neighbour nearest to left + up - corner."""
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


GUESSES: dict[int, Callable[[int, int, int], int]] = {  # by the row's first byte
    1: lambda left, _up, _corner: left,
    2: lambda _left, up, _corner: up,
    3: lambda left, up, _corner: (left + up) // 2,
    4: _paeth,
}


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

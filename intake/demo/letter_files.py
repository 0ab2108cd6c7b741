"""Small files to attach: a picture, a page of PDF, a table. All made here."""

import struct
import zlib
from random import Random

WIDTH, HEIGHT = 320, 200


def photo(rng: Random) -> bytes:
    """A PNG of a sunset nobody has seen."""
    top, bottom = [rng.randrange(256) for _ in range(3)], [rng.randrange(256) for _ in range(3)]
    rows = []
    for y in range(HEIGHT):
        colour = bytes((a * (HEIGHT - y) + b * y) // HEIGHT for a, b in zip(top, bottom, strict=True))
        rows.append(b"\0" + colour * WIDTH)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def page() -> bytes:
    """A PDF with a line of Latin text, which needs no font of its own."""
    text = b"BT /F1 24 Tf 60 760 Td (Specification) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return made + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def table(rng: Random) -> bytes:
    """A list of what is wanted, as Excel writes CSV in Russia."""
    rows = ["Наименование;Кол-во"]
    rows += [f"Светильник СВ-{rng.randrange(100, 999)};{rng.randrange(1, 60)}" for _ in range(12)]
    return "\r\n".join(rows).encode("cp1251")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

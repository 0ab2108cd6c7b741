"""Bodies that come slowly, never end, break off or are squeezed: nobody waits for ever, what came is kept."""

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.site import Site
from tests.web.visiting import KEY, TYPED, draw, files, sent
from web.visitors import files as uploads
from web.visitors import reading

pytestmark = pytest.mark.slow

HEAD = f"POST /f/{KEY} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n"
URLENCODED = "Content-Type: application/x-www-form-urlencoded\r\n"
MULTIPART = "Content-Type: multipart/form-data; boundary=x\r\n"


async def told(site: Site, *pieces: str) -> str:
    """Sent piece by piece over a bare connection, and then nothing more; the answer's first line."""
    port = site.server.port
    assert port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece.encode())
        await writer.drain()
        await asyncio.sleep(0.01)
    line = await reader.readline()
    writer.close()
    return line.decode().strip()


@pytest.mark.parametrize(
    ("kind", "piece"), [(URLENCODED, "name=An"), (MULTIPART, "--x\r\nContent-Disposition: ")]
)
async def test_a_body_that_stops_is_not_waited_for(
    site: Site, monkeypatch: pytest.MonkeyPatch, kind: str, piece: str
) -> None:
    monkeypatch.setattr(reading, "PAUSE", 0.2)
    await draw(site)

    line = await told(site, f"{HEAD}{kind}Content-Length: 500\r\n\r\n", piece)

    assert line == "HTTP/1.1 408 Request Timeout"


async def test_a_file_that_stops_is_not_waited_for_and_leaves_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PAUSE", 0.2)
    await draw(site)
    part = '--x\r\nContent-Disposition: form-data; name="plan"; filename="a.bin"\r\n\r\nabc'

    line = await told(site, f"{HEAD}{MULTIPART}Content-Length: 500000\r\n\r\n", part)

    assert line == "HTTP/1.1 408 Request Timeout"
    assert not [path for path in (site.folder / "files").rglob("*") if path.is_file()]


async def test_a_body_that_comes_in_drops_is_not_waited_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.1)
    await draw(site)

    line = await told(site, f"{HEAD}{URLENCODED}Content-Length: 500\r\n\r\n", *"name=Anna&text=slowly")

    assert line == "HTTP/1.1 408 Request Timeout"


async def test_a_file_without_end_is_not_read_to_its_end_and_the_rest_is_kept(site: Site) -> None:
    await draw(site, most_file_mb=1)

    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + "Анна".encode() + b"\r\n"
        yield b'--x\r\nContent-Disposition: form-data; name="plan"; filename="a.bin"\r\n\r\n'
        while True:
            yield b"x" * 1_000_000

    headers = {"Content-Type": "multipart/form-data; boundary=x", "Accept": "application/json"}
    with contextlib.suppress(aiohttp.ClientError):  # whoever only sends may not hear that nobody listens
        await (await site.browser()).post(f"/f/{KEY}", data=endless(), headers=headers)

    (one,) = await sent(site)
    assert one.said == {"name": "Анна"}
    assert one.problems[""] == "too-large"
    assert await files(site) == []


async def test_a_squeezed_body_is_read_and_a_bomb_is_not(site: Site) -> None:
    await draw(site)
    visitor = await site.browser()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}

    small = await visitor.post(f"/f/{KEY}", data=gzip.compress(b"name=Anna&agree=on"), headers=headers)
    bomb = await visitor.post(f"/f/{KEY}", data=gzip.compress(b"x" * 50_000_000), headers=headers)

    assert (small.status, bomb.status) == (200, 413)
    assert len(await sent(site)) == 1


async def test_more_files_than_anybody_sends_are_said(site: Site) -> None:
    await draw(site)
    form = aiohttp.FormData(TYPED)
    for number in range(uploads.MOST_FILES + 2):
        form.add_field("plan", f"{number}", filename=f"{number}.txt", content_type="text/plain")

    answer = await (await site.browser()).post(f"/f/{KEY}", data=form, headers={"Accept": "application/json"})

    assert (await answer.json())["codes"] == {"plan": "too-many-files"}
    assert len(await files(site)) == uploads.MOST_FILES

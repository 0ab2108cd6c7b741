"""Proxies on the loopback: SOCKS5 with a password, and HTTP by CONNECT. `reached` is where they led."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

USER, PASSWORD = b"intake", b"let-me-out"
REFUSED = 0xFF


class Proxy:
    def __init__(self) -> None:
        self.port = 0
        self.reached: list[str] = []

    async def socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 1928 and 1929, as far as anybody needs."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            _, methods = await reader.readexactly(2)
            offered = await reader.readexactly(methods)
            writer.write(bytes([5, 2 if 2 in offered else REFUSED]))
            user = await _counted(reader, skip=1)
            right = (user, await _counted(reader)) == (USER, PASSWORD)
            writer.write(bytes([1, 0 if right else 1]))
            if right:
                host, port = await _target(reader)
                writer.write(bytes([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
                await self._lead(host, port, reader, writer)
        writer.close()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            host, _, port = head.split()[1].rpartition(":")
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self._lead(host, int(port), reader, writer)
        writer.close()

    async def _lead(
        self, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.reached.append(f"{host}:{port}")
        further, back = await asyncio.open_connection(host, port)
        await asyncio.gather(_pour(reader, back), _pour(further, writer))


@asynccontextmanager
async def proxy(kind: str) -> AsyncIterator[Proxy]:
    """`kind` is socks or connect."""
    made = Proxy()
    server = await asyncio.start_server(getattr(made, kind), "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


async def _counted(reader: asyncio.StreamReader, skip: int = 0) -> bytes:
    await reader.readexactly(skip)
    return await reader.readexactly((await reader.readexactly(1))[0])


async def _target(reader: asyncio.StreamReader) -> tuple[str, int]:
    kind = (await reader.readexactly(4))[3]
    if kind == 3:
        host = (await _counted(reader)).decode()
    else:
        host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))
    return host, int.from_bytes(await reader.readexactly(2), "big")


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()
    target.close()

"""A post office on loopback: the receiver, whoever takes what it delivers, and clients with bad manners."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from intake.channels.smtp.limits import Limits
from intake.channels.smtp.receiver import Place, receiving
from intake.model.letters import LetterEvent

OWN = frozenset({"info@firma.example", "sale@firma.example", "заявки@почта.рф", "info@почта.рф"})
LETTER = "From: Иван <ivan@client.example>\r\nSubject: Заявка\r\n\r\nНужен бетон М300.\r\n".encode()


class Shelf:
    """Takes what is delivered. `trouble` is raised instead; `gate` holds deliveries up until it is set."""

    def __init__(self) -> None:
        self.letters: list[LetterEvent] = []
        self.trouble: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()

    async def deliver(self, event: LetterEvent) -> None:
        self.asked.set()
        await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        self.letters.append(event)

    @property
    def raws(self) -> list[bytes]:
        return [event.raw for event in self.letters]


@contextlib.asynccontextmanager
async def office(shelf: Shelf, tls: ssl.SSLContext | None = None, **limits: Any) -> AsyncIterator[int]:
    """The receiver's port. Limits for each address hold for loopback, too."""
    place = Place("127.0.0.1", 0, "mx.firma.example", tls)
    wanted = Limits(**{"free": (), **limits})
    async with receiving(place, OWN.__contains__, shelf.deliver, wanted) as port:
        yield port


class Client:
    """Says exactly what it is told to, byte for byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def to(cls, port: int, greet: bool = True) -> Self:
        client = cls(*await asyncio.open_connection("127.0.0.1", port))
        if greet:
            await client.heard("220")
            await client.say("EHLO client.example", "250")
        return client

    async def say(self, line: str | bytes, code: str = "") -> str:
        """Sends a line; what was answered."""
        self.writer.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        return await self.heard(code)

    async def heard(self, code: str = "") -> str:
        """The next answer, all its lines; empty when hung up."""
        said = []
        async with asyncio.timeout(10):
            while line := (await self.reader.readline()).decode():
                said.append(line)
                if line[3:4] != "-":
                    break
        answer = "".join(said)
        assert answer.startswith(code), answer
        return answer

    async def begin(self, to: str = "info@firma.example", sender: str = "ivan@client.example") -> None:
        """Up to where the text follows."""
        await self.say(f"MAIL FROM:<{sender}>", "250")
        await self.say(f"RCPT TO:<{to}>", "250")
        await self.say("DATA", "354")

    async def post(self, text: bytes = LETTER, code: str = "250", **begin: str) -> str:
        await self.begin(**begin)
        self.writer.write(text + b".\r\n")
        return await self.heard(code)

    async def hung_up(self) -> bool:
        async with asyncio.timeout(10):
            with contextlib.suppress(ConnectionError):
                return await self.reader.read() is not None
        return True

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


@contextlib.asynccontextmanager
async def talking(port: int, greet: bool = True) -> AsyncIterator[Client]:
    client = await Client.to(port, greet)
    try:
        yield client
    finally:
        await client.close()


def make_certificate(folder: Path, name: str = "localhost") -> Path:
    """A PEM file with key and certificate for a name and 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path

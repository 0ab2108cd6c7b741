"""Adding people from the command line: the way the first administrator comes in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound, Rejected
from intake.settings import Settings
from storage import schema
from storage.access import Actor
from storage.database import Database
from storage.history import note
from storage.tables.people import Role, User, WebSession

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1024  # letters
COMMAND_LINE = Actor(None, "command line", Role.ADMINISTRATOR, via="cli")


async def add_user(
    settings: Settings, login: str, name: str, role: str, extension: str | None, password: str
) -> None:
    """Raises Rejected (unknown-role, short-password) or Conflict (login-taken)."""
    if role not in list(Role):
        raise Rejected("unknown-role", role=role, known=", ".join(Role))
    hashed = _hashed(password)
    folded = login.strip().casefold()
    async with _changing(settings) as session:
        if (await session.exec(select(User).where(User.login == folded))).first():
            raise Conflict("login-taken", login=folded)
        person = User(login=folded, name=name, role=Role(role), extension=extension, password_hash=hashed)
        session.add(person)
        await session.flush()
        await note(session, "add-user", COMMAND_LINE, user=person.id, role=role)


async def change_password(settings: Settings, login: str, password: str) -> None:
    """Raises Rejected (short-password) or NotFound (no-user)."""
    hashed = _hashed(password)
    async with _changing(settings) as session:
        person = (await session.exec(select(User).where(User.login == login.strip().casefold()))).first()
        if person is None:
            raise NotFound("no-user", login=login)
        person.password_hash = hashed
        session.add(person)
        await session.exec(delete(WebSession).where(col(WebSession.user_id) == person.id))
        await note(session, "change-password", COMMAND_LINE, user=person.id)


def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Rejected("short-password", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Rejected("too-long", limit=LONGEST_PASSWORD)
    return PasswordHasher().hash(password)


@asynccontextmanager
async def _changing(settings: Settings) -> AsyncIterator[AsyncSession]:
    url = settings.database_url.get_secret_value()
    await schema.upgrade(url)
    database = Database(url)
    try:
        async with database.transaction() as session:
            yield session
    finally:
        await database.close()

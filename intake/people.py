"""Adding people from the command line: the way the first administrator comes in."""

from argon2 import PasswordHasher
from sqlmodel import col, delete, select

from intake.errors import Conflict, NotFound, Rejected
from intake.opening import opened
from intake.settings import Settings
from storage.access import COMMAND_LINE
from storage.history import note
from storage.tables.people import Role, User, WebSession

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1024  # letters


async def add_user(
    settings: Settings, login: str, name: str, role: str, extension: str | None, password: str
) -> None:
    """Raises Rejected (unknown-role, short-password) or Conflict (login-taken)."""
    if role not in list(Role):
        raise Rejected("unknown-role", role=role, known=", ".join(Role))
    hashed = _hashed(password)
    folded = login.strip().casefold()
    async with opened(settings) as database, database.transaction() as session:
        if (await session.exec(select(User).where(User.login == folded))).first():
            raise Conflict("login-taken", login=folded)
        person = User(login=folded, name=name, role=Role(role), extension=extension, password_hash=hashed)
        session.add(person)
        await session.flush()
        await note(session, "add-user", COMMAND_LINE, user=person.id, role=role)


async def change_password(settings: Settings, login: str, password: str) -> None:
    """Raises Rejected (short-password) or NotFound (no-user)."""
    hashed = _hashed(password)
    async with opened(settings) as database, database.transaction() as session:
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

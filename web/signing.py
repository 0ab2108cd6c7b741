"""Signing in and out: who may try how often, and what counts as proof."""

from aiohttp import web
from aiohttp_session import SESSION_KEY, get_session
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from intake.errors import Rejected
from storage.access import Actor, actor_of
from storage.database import announce
from storage.history import note
from storage.sessions import end_session, user_by_login
from storage.tables.people import User
from web.access import Viewer
from web.keys import DATABASE, PASSWORDS, VIEWER
from web.session import SESSIONS

# Attempts a minute. A person mistypes; a guesser needs thousands.
PER_LOGIN_AND_ADDRESS = RateLimitItemPerMinute(5)
PER_ADDRESS = RateLimitItemPerMinute(30)  # an office behind one address
PER_LOGIN = RateLimitItemPerMinute(30, 10)  # a guesser with many addresses

LONGEST_LOGIN = 120


class Gate:
    """Counts attempts to sign in."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def knock(self, login: str, address: str) -> None:
        """Raises Rejected("too-many-attempts")."""
        for limit, key in self._keys(login, address):
            if not await self._limiter.hit(limit, *key):
                raise Rejected("too-many-attempts")

    async def forget(self, login: str, address: str) -> None:
        """After a success: earlier slips of this person no longer count."""
        await self._limiter.clear(PER_LOGIN_AND_ADDRESS, "both", login, address)

    @staticmethod
    def _keys(login: str, address: str) -> list[tuple[RateLimitItemPerMinute, tuple[str, ...]]]:
        return [
            (PER_LOGIN_AND_ADDRESS, ("both", login, address)),
            (PER_ADDRESS, ("address", address)),
            (PER_LOGIN, ("login", login)),
        ]


GATE = web.AppKey("gate", Gate)


async def sign_in(request: web.Request, login: str, password: str) -> User:
    """Raises Rejected for too many attempts, an unknown login or a wrong password: the last two look
    and last the same."""
    login, address = login.strip().casefold()[:LONGEST_LOGIN], request.remote or ""
    await request.app[GATE].knock(login, address)
    async with request.app[DATABASE].reading() as session:
        user = await user_by_login(session, login)
    passwords = request.app[PASSWORDS]
    if not await passwords.matches(user.password_hash if user else None, password) or user is None:
        await _note_refusal(request, login)
        raise Rejected("wrong-login")
    await request.app[GATE].forget(login, address)
    if passwords.outdated(user.password_hash):
        await _strengthen(request, user, await passwords.hash(password))
    await _begin(request, user)
    return user


async def sign_out(request: web.Request, viewer: Viewer) -> None:
    async with request.app[DATABASE].transaction() as session:
        await end_session(session, viewer.id, viewer.session)
        await note(session, "sign-out", viewer.actor(request.remote))
        announce(session, "session", id=viewer.session)
    (await get_session(request)).invalidate()
    request[SESSION_KEY].changed()


async def _begin(request: web.Request, user: User) -> None:
    """The old key, if any, is worth nothing from now on."""
    before = request.get(VIEWER)
    if before is not None and before.session:
        async with request.app[DATABASE].transaction() as session:
            await end_session(session, before.id, before.session)
    agent = request.headers.get("User-Agent", "")
    fresh = await request.app[SESSIONS].begin(user, request.remote or "", agent)
    request[SESSION_KEY] = fresh
    async with request.app[DATABASE].transaction() as session:
        await note(session, "sign-in", actor_of(user, address=request.remote or ""))


async def _strengthen(request: web.Request, user: User, new_hash: str) -> None:
    async with request.app[DATABASE].transaction() as session:
        user.password_hash = new_hash
        session.add(user)


async def _note_refusal(request: web.Request, login: str) -> None:
    stranger = Actor(None, "", address=request.remote or "")
    async with request.app[DATABASE].transaction() as session:
        await note(session, "sign-in-refused", stranger, login=login)

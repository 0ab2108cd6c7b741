"""aiohttp-session over the table `web_session`: a browser's cookie holds a random key, the table its digest.

Nothing is kept for visitors who have not signed in. A new key is made at every sign-in.
"""

import hashlib
import secrets
from datetime import timedelta

from aiohttp import web
from aiohttp_session import AbstractStorage, Session

from intake.settings import Settings
from storage.columns import now
from storage.database import Database
from storage.sessions import forget_expired, keep_session, session_and_user
from storage.tables.people import User, WebSession
from web.access import Viewer
from web.keys import VIEWER

SEEN_EVERY = timedelta(minutes=5)  # how exact «last seen» is; each step costs a write


def digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


class SessionTable(AbstractStorage):
    """Loads a session and its user in one query; the user becomes the request's viewer."""

    def __init__(self, database: Database, settings: Settings) -> None:
        super().__init__(
            cookie_name="__Host-intake" if settings.secure else "intake",
            secure=settings.secure,
            httponly=True,
            samesite="Lax",
            max_age=settings.session_days * 86_400,
        )
        self._database = database
        self._lifetime = timedelta(days=settings.session_days)

    async def load_session(self, request: web.Request) -> Session:
        cookie = self.load_cookie(request)
        if not cookie or len(cookie) > 100:
            return await self.new_session()
        async with self._database.reading() as session:
            found = await session_and_user(session, digest(cookie))
        if found is None:
            return await self.new_session()
        row, user = found
        request[VIEWER] = Viewer(user, row.id)
        loaded = Session(cookie, data={"session": row.data}, new=False)
        if now() - row.seen_at > SEEN_EVERY:
            loaded.changed()  # so that it is saved, and lasts longer
        return loaded

    async def save_session(
        self, request: web.Request, response: web.StreamResponse, session: Session
    ) -> None:
        if session.identity is None:
            self.save_cookie(response, "")
            return
        async with self._database.transaction() as rows:
            await keep_session(rows, digest(session.identity), dict(session), now() + self._lifetime)
        self.save_cookie(response, session.identity)

    async def begin(self, user: User, address: str, agent: str) -> Session:
        """A new session for a user who has just proved who they are."""
        key = secrets.token_urlsafe(32)
        row = WebSession(
            id=digest(key),
            user_id=user.id,
            address=address[:64],
            agent=agent[:300],
            expires_at=now() + self._lifetime,
        )
        async with self._database.transaction() as session:
            await forget_expired(session)  # whoever comes in sweeps the step
            session.add(row)
        fresh = Session(None, data=None, new=True)
        fresh.set_new_identity(key)
        fresh.changed()
        return fresh


SESSIONS = web.AppKey("sessions", SessionTable)

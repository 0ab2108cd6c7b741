"""Who is looking, and what they may do.

Every handler asks for a signed-in user unless it is marked `@public`; `@allow(Role.MANAGER)` asks for that
role or a higher one. Whose records a user sees (own, team, all) is decided in the queries, not here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from intake.errors import Forbidden
from intake.model.worktime import zone_named
from storage.access import RANK, Actor, actor_of
from storage.tables.people import Presence, Role, User

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person as pages need them. `user` is the record itself, detached."""

    user: User
    session: str = ""  # digest of the browser's session; empty for programs with a token

    @property
    def id(self) -> int:
        if self.user.id is None:
            raise ValueError("the user was never stored")
        return self.user.id

    @property
    def role(self) -> Role:
        return self.user.role

    @property
    def presence(self) -> Presence:
        return self.user.presence

    @property
    def language(self) -> str:
        return self.user.locale

    @property
    def zone(self) -> ZoneInfo:
        return zone_named(self.user.timezone)

    @property
    def initials(self) -> str:
        words = [word for word in self.user.name.split() if word[0].isalnum()]
        return "".join(word[0] for word in words[:2]).upper() or "?"

    def actor(self, address: str | None = None) -> Actor:
        """Who acts, for storage's queries and the audit log."""
        return actor_of(self.user, "web" if self.session else "api", address or "")

    def may(self, least: Role) -> bool:
        return RANK[self.role] >= RANK[least]


def public(handler: Handler) -> Handler:
    """No sign-in needed."""
    handler.public = True  # type: ignore[attr-defined]
    return handler


def allow(least: Role) -> Callable[[Handler], Handler]:
    """This role or a higher one."""

    def with_role(handler: Handler) -> Handler:
        handler.least = least  # type: ignore[attr-defined]
        return handler

    return with_role


def is_public(handler: object) -> bool:
    return bool(getattr(handler, "public", False))


def check_role(handler: object, viewer: Viewer) -> None:
    """Raises Forbidden when the handler asks for a higher role."""
    if not viewer.may(getattr(handler, "least", Role.OPERATOR)):
        raise Forbidden("not-allowed")

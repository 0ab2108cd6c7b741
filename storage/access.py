"""Who asks, what they may do, and which records they may see.

Scope is kept in the queries: a record out of scope is not found at all. What belongs to nobody (no
responsible person) is everybody's, so that a new call is never invisible; a contact without a responsible
person of its own belongs to its account's.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlmodel import SQLModel, col

from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest, InterestMember
from storage.tables.parties import Account, Contact
from storage.tables.people import Role, Scope, User

Query = TypeVar("Query", bound=Select[Any])

RANK = {Role.OPERATOR: 0, Role.MANAGER: 1, Role.ADMINISTRATOR: 2}

# What needs more than being signed in -> the least role.
PERMISSIONS = {
    "undo-others": Role.MANAGER,
    "choose-responsible": Role.OPERATOR,
    "administer": Role.ADMINISTRATOR,
    "export": Role.MANAGER,
    "import": Role.MANAGER,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, in whose name. `via`: web, api, rule, cli; `address`: the IP it came from."""

    user_id: int | None
    name: str
    role: Role = Role.OPERATOR
    scope: Scope = Scope.ALL
    team_id: int | None = None
    via: str = "web"
    address: str = ""
    rule: str = ""  # «5.3»: in the name of rule 5, in its third version

    def may(self, what: str) -> bool:
        """Whether the role allows it; an unknown permission is a mistake of ours (KeyError)."""
        return RANK[self.role] >= RANK[PERMISSIONS[what]]


COMMAND_LINE = Actor(None, "command line", Role.ADMINISTRATOR, via="cli")


def actor_of(user: User, via: str = "web", address: str = "") -> Actor:
    return Actor(user.id, user.name, user.role, user.scope, user.team_id, via, address)


def visible(statement: Query, actor: Actor, table: type[SQLModel]) -> Query:
    """The statement narrowed to what the actor may see of a table."""
    return statement.where(within(actor, table))


def within(actor: Actor, table: type[SQLModel]) -> ColumnElement[bool]:
    """The condition itself: own, team or all; for any table with a responsible person."""
    if actor.scope is Scope.ALL:
        return true()
    # nobody's is taken for one's own: and no index fits, so that no planner begins with this condition
    owner = func.coalesce(*_owners(table), actor.user_id)
    return or_(owner.in_(whose(actor)), *_also(actor, table))


def _owners(table: type[SQLModel]) -> list[ColumnElement[Any]]:
    columns = table.__table__.c  # type: ignore[attr-defined]
    if table is not Contact:
        return [columns.responsible_id]
    account = select(col(Account.responsible_id)).where(col(Account.id) == columns.account_id)
    return [columns.responsible_id, account.scalar_subquery()]


def whose(actor: Actor) -> Any:
    """The users whose records count as the actor's, for `in_`; of no use with Scope.ALL."""
    if actor.scope is Scope.TEAM and actor.team_id is not None:
        return select(col(User.id)).where(col(User.team_id) == actor.team_id)
    return [actor.user_id]


def _also(actor: Actor, table: type[SQLModel]) -> list[ColumnElement[bool]]:
    if table is Interest:
        mine = select(col(InterestMember.interest_id)).where(col(InterestMember.user_id).in_(whose(actor)))
        return [col(Interest.id).in_(mine)]
    if table is Inquiry:
        return [col(Inquiry.holder_id).in_(whose(actor))]
    return []

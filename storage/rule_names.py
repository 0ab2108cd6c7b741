"""What the numbers in rules stand for, and what rules may speak of: one look for a page of rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.chats import channel_of
from storage.tables.automation import RuleVersion
from storage.tables.calls import PhoneLine
from storage.tables.chats import Bot
from storage.tables.forms import WebForm
from storage.tables.interests import Label, Pipeline, Status
from storage.tables.letters import Mailbox
from storage.tables.people import Team, User
from storage.tables.routing import Seat

MOST_LABELS = 200  # suggested while typing


@dataclass(frozen=True, slots=True)
class RuleNames:
    """`sources`: by what rules know them («form:3», «imap:2», «did:7495…», «chat:4»); `seats`: how many of a
    team take part; `active`: who may be given work."""

    sources: dict[str, str] = field(default_factory=dict)
    statuses: dict[int, str] = field(default_factory=dict)
    users: dict[int, str] = field(default_factory=dict)
    teams: dict[int, str] = field(default_factory=dict)
    seats: dict[int, int] = field(default_factory=dict)
    active: frozenset[int] = frozenset()
    labels: tuple[str, ...] = ()


async def rule_names(session: AsyncSession) -> RuleNames:
    """People who left and forms that are off are still called by their names."""
    people = (await session.exec(select(User).order_by(col(User.name)))).all()
    teams = await session.exec(select(Team).order_by(col(Team.name)))
    labels = await session.exec(select(Label.name).order_by(col(Label.name)).limit(MOST_LABELS))
    return RuleNames(
        sources=await _sources(session),
        statuses=await _statuses(session),
        users={person.id: person.name for person in people if person.id is not None},
        teams={team.id: team.name for team in teams if team.id is not None},
        seats=await _seats(session),
        active=frozenset(person.id for person in people if person.active and person.id is not None),
        labels=tuple(labels),
    )


async def last_written(session: AsyncSession, ids: Sequence[int]) -> dict[int, str]:
    """Who wrote the newest wording of each of these rules."""
    newest = select(func.max(col(RuleVersion.id))).where(col(RuleVersion.rule_id).in_(ids))
    query = select(RuleVersion.rule_id, User.name).join(User, col(User.id) == RuleVersion.made_by)
    found = await session.exec(
        query.where(col(RuleVersion.id).in_(newest.group_by(col(RuleVersion.rule_id))))
    )
    return dict(found.all())


async def _sources(session: AsyncSession) -> dict[str, str]:
    forms = await session.exec(select(WebForm).order_by(col(WebForm.name)))
    boxes = await session.exec(select(Mailbox).order_by(col(Mailbox.name)))
    lines = await session.exec(select(PhoneLine).order_by(col(PhoneLine.name)))
    bots = await session.exec(select(Bot).order_by(col(Bot.name)))
    return (
        {f"form:{form.id}": form.name for form in forms}
        | {f"imap:{box.id}": box.name for box in boxes}
        | {f"did:{line.did}": line.name for line in lines}
        | {channel_of(bot.id): bot.name for bot in bots}
    )


async def _statuses(session: AsyncSession) -> dict[int, str]:
    """In the order of their pipelines, which are named where there are several."""
    query = select(Status, Pipeline.name).join(Pipeline, col(Pipeline.id) == Status.pipeline_id)
    order = (col(Pipeline.position), col(Pipeline.id), col(Status.position), col(Status.id))
    rows = (await session.exec(query.order_by(*order))).all()
    several = len({pipeline for _, pipeline in rows}) > 1
    return {
        status.id: f"{status.name} ({pipeline})" if several else status.name
        for status, pipeline in rows
        if status.id is not None
    }


async def _seats(session: AsyncSession) -> dict[int, int]:
    """Of the teams: those who are not paused and may sign in."""
    query = select(Seat.team_id, func.count()).join(User, col(User.id) == Seat.user_id)
    query = query.where(~col(Seat.paused), col(User.active)).group_by(col(Seat.team_id))
    return dict((await session.exec(query)).all())

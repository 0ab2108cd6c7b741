"""Rules at work: events are brought in, and the outbox's jobs are done."""

from pathlib import Path
from typing import Any

from sqlmodel import col, select

from intake.automation.bodies import body_of
from intake.automation.decide import decide
from intake.model.forms import FormEvent
from intake.model.rules import Condition, Do, Outcome, Rule
from storage import rules
from storage.access import Actor
from storage.deciding import DECIDE
from storage.history import stored_id
from storage.outbox import do_next
from storage.tables.automation import RuleDecision
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest
from storage.tables.people import Role
from tests.databases import store
from tests.storage.visiting import Visitors, request, web_form
from tests.storage.wizard_world import World

BOSS = Actor(None, "Громова", Role.ADMINISTRATOR)


def drawn(do: Do = Do.NOTHING, *conditions: Condition, **values: Any) -> Rule:
    """A rule; words of its outcome are given as they are."""
    fields = {name: values.pop(name) for name in list(values) if name in Outcome.__slots__}
    return Rule(0, 0, "", conditions=conditions, outcome=Outcome(do=do, **fields), **values)


class Ruled:
    """A house with rules and a form, and what became of what was sent."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.database = world, world.database
        self.visitors = Visitors(world.database, folder)

    async def rule(self, rule: Rule, name: str = "Правило", rule_id: int | None = None) -> int:
        async with self.database.transaction() as session:
            return stored_id(await rules.keep_rule(session, rule_id, name, body_of(rule), True, BOSS))

    async def send(self, event: FormEvent | None = None, **said: str) -> int:
        """The inquiry that a request has opened, and what followed."""
        taken = await self.visitors.send(event or request(said=said))
        await self.work()
        return taken.inquiry_id or 0

    async def work(self) -> None:
        async def done(payload: dict[str, Any]) -> None:
            await decide(self.database, payload)

        while await do_next(self.database, {DECIDE: done}):
            pass

    async def decision(self, inquiry_id: int) -> RuleDecision:
        """The only one about an inquiry."""
        async with self.database.reading() as session:
            query = select(RuleDecision).where(RuleDecision.inquiry_id == inquiry_id)
            return (await session.exec(query)).one()

    async def inquiry(self, inquiry_id: int) -> Inquiry:
        return await self.world.get(Inquiry, inquiry_id)  # type: ignore[no-any-return]

    async def interest_of(self, inquiry_id: int) -> Interest:
        return await self.world.get(Interest, (await self.inquiry(inquiry_id)).interest_id or 0)  # type: ignore[no-any-return]

    async def actions(self, inquiry_id: int) -> list[Action]:
        async with self.database.reading() as session:
            query = select(Action).where(Action.inquiry_id == inquiry_id).order_by(col(Action.id))
            return list(await session.exec(query))


async def ruled(world: World, folder: Path) -> Ruled:
    await store(world.database, web_form())
    return Ruled(world, folder)

"""Several services take what several bots hear of the same people at the same moment, while operators link
and answer: nobody waits crosswise, nothing is lost or doubled."""

import asyncio
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from intake.model.chats import ChatEvent, ChatKind, ChatStatus, Limits, Person, identity_of
from intake.model.wizard import Existing, PartyKind
from storage import chat_identities
from storage.chat_answers import ChatAnswer, queue_chat_answer
from storage.chat_state import dialogue_to_change
from storage.tables.chats import Dialogue
from storage.tables.parties import Point
from tests.storage.telling import Chats, bot, event
from tests.storage.wizard_world import World

pytestmark = pytest.mark.slow

PEOPLE, SAYS = 8, 6
PLATFORMS = {1: "telegram", 2: "whatsapp"}


def said(bot_id: int, who: int, number: int) -> list[ChatEvent]:
    """A message; now and then its edit, its deletion, a status, a press of a button, or the same again."""
    phone = f"+7958000000{who}" if bot_id == 2 else ""
    person = Person(str(who), identity_of(PLATFORMS[bot_id], str(who)), f"Гость {who}", phone=phone)
    first = event(str(number), sender=person)
    edit = replace(first, external_id=f"{first.external_id} edit", kind=ChatKind.EDIT, edited=1)
    status = replace(
        first, external_id=f"{first.external_id} status", kind=ChatKind.STATUS, status=ChatStatus.READ
    )
    press = replace(first, external_id=f"{first.external_id} press", kind=ChatKind.BUTTON, payload="menu")
    return [first, [edit, status, press, first][number % 4]]


async def test_a_storm_from_all_sides_leaves_everything_once_and_in_order(
    world: World, tmp_path: Path
) -> None:
    for number, name in PLATFORMS.items():
        await world.keep(bot(key=f"{number}" * 32, name=name, platform=name))
    services = [Chats(world.database, tmp_path / "files") for _ in range(3)]
    chance = random.Random(5)

    async def platform(bot_id: int, who: int) -> None:
        for number in range(SAYS):
            for one in said(bot_id, who, number):
                await chance.choice(services).hear(one, bot_id=bot_id)

    talks = [platform(bot_id, who) for bot_id in PLATFORMS for who in range(PEOPLE)]
    await asyncio.gather(_operator(world, services[0]), *talks)

    dialogues = {one.id: one for one in await services[0].all(Dialogue)}
    texts: dict[int, list[str]] = defaultdict(list)
    for one in await services[0].messages():
        if one.way == "in" and one.kind is ChatKind.MESSAGE:
            texts[one.dialogue_id].append(one.text)
    assert len(dialogues) == len(texts) == 2 * PEOPLE
    assert set(map(tuple, texts.values())) == {tuple(map(str, range(SAYS)))}
    links = [one.value for one in await services[0].all(Point) if one.value.startswith("chat:")]
    assert len(links) == len(set(links))


async def _operator(world: World, chats: Chats) -> None:
    """Links whoever writes, and answers them."""
    for number in range(12):
        await asyncio.sleep(0.02)
        for dialogue in await chats.all(Dialogue):
            async with world.database.transaction() as session:
                found = await dialogue_to_change(session, dialogue.id, world.boss)
                ref = Existing(PartyKind.CONTACT, world.marina if number % 2 else world.pyotr)
                await chat_identities.link(session, found, ref, world.boss, "operator")
            async with world.database.transaction() as session:
                answer = ChatAnswer(f"{number:016}{dialogue.id:016}", "Добрый день!")
                await queue_chat_answer(session, dialogue.id, answer, world.boss, Limits())

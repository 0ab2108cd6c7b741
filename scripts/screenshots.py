"""Draw the README's pictures anew: the demonstration's world, calls by script, a real Chromium.

    python scripts/screenshots.py              # = make screenshots: all of them
    python scripts/screenshots.py pop card     # only these

The same seed makes the same companies and callers; only times and dates are those of the moment.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from palette import with_palette
from playwright.async_api import Browser, Page

from intake.demo import letter_files
from intake.demo.caller import Caller
from intake.demo.facts import Company, World
from intake.demo.messengers.telegram import FakeTelegram
from intake.demo.pbx import Pbx
from intake.demo.ride import Incoming
from intake.demo.run import SEED, demonstration, unused
from intake.demo.world import make_world
from intake.log import set_up_logging
from tests.real.chromium import launched, sit_down

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PASSWORD = "demonstration"  # noqa: S105 - of a world that is gone in a minute
COMPANIES = 3000
PATIENCE = 600.0  # seconds; every call is ended by the script
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SHOP, ADVERTISED, COMMON = "74951000101", "74951000200", "74951000300"  # lines of the demonstration


@dataclass(frozen=True, slots=True)
class Stage:
    """Where pictures are taken."""

    browser: Browser
    address: str
    pbx: Pbx
    telegram: FakeTelegram
    world: World

    async def desk(self, login: str = "petrova", path: str = "/", **differences: Any) -> Page:
        """A signed-in browser of one's own, without movement, on a page that hears live updates."""
        context = await sit_down(self.browser, **{"reduced_motion": "reduce", **differences})
        page = await context.page(f"{self.address}/signin")
        await page.fill("[name=login]", login)
        await page.fill("[name=password]", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("html[data-leader]")
        if path != "/":
            await page.goto(self.address + path)
            await page.wait_for_selector("html[data-leader]")
        return page

    async def ring(self, number: str, *agents: str, line: str = SHOP, queue: str | None = None) -> Incoming:
        """Somebody rings and is patient."""
        plan = {"agents": agents, "queue": queue, "answer_after": None, "give_up_after": PATIENCE}
        return await self.pbx.call(Caller(number, None, line), "", **plan, talk=PATIENCE)

    def mobile(self, place: int) -> str:
        """Of the first person of a company."""
        return self.world.companies[place].people[0].reaches[0].value

    def office(self, place: int) -> str:
        """The number behind which a whole company sits."""
        return self.world.companies[place].reaches[0].value

    def hero(self) -> int:
        """The place of a company with a past: several people, open interests, a colleague in charge."""
        return next(place for place, company in enumerate(self.world.companies) if self._fits(place, company))

    def somebody(self) -> int:
        """The place of another company that can be reached."""
        later = range(self.hero() + 1, COMPANIES)
        return next(place for place in later if _is_reached(self.world.companies[place]))

    def wishes(self, place: int) -> list[int]:
        """Places of a company's open interests."""
        wishes = enumerate(self.world.wishes)
        return [number for number, wish in wishes if wish.whose.company == place and not wish.closed_at]

    def _fits(self, place: int, company: Company) -> bool:
        if company.responsible != "sokolov" or "«" in company.name or not _is_reached(company):
            return False
        whose = [self.world.wishes[number].whose.person for number in self.wishes(place)]
        return 0 in whose and len(whose) > 1


def _is_reached(company: Company) -> bool:
    """By a mobile of its first person, who is one of several and was talked with."""
    if len(company.people) < 3:
        return False
    person = company.people[0]
    own = [reach for reach in person.reaches[:1] if reach.kind == "phone" and not reach.shared]
    return bool(own and own[0].value.startswith("+79") and person.touched_at)


async def pop(stage: Stage) -> None:
    """The desk with calls going on, and a card for a caller who is known."""
    page = await stage.desk()
    talking = await stage.ring(stage.mobile(stage.somebody()), "103", line=COMMON)
    waiting = await stage.ring("79165550142", line=ADVERTISED, queue="sales")
    talking.answer("103")
    await asyncio.sleep(25)  # so that there is something to see on the clocks
    ringing = await stage.ring(stage.mobile(stage.hero()), "101")
    await page.wait_for_selector(".pop.ringing")
    await asyncio.sleep(4)
    await shoot(page, "pop")
    await over(stage, talking, waiting, ringing)


async def wizard_search(stage: Stage) -> None:
    """Step one opens by itself when the call is answered; several people sit behind the number."""
    page = await stage.desk()
    ride = await answered(stage, page, stage.office(stage.hero()))
    await shoot(page, "wizard-search")
    await over(stage, ride)


async def wizard_accept(stage: Stage) -> None:
    """Step two, one key later."""
    page = await stage.desk()
    ride = await answered(stage, page, stage.mobile(stage.hero()))
    await page.keyboard.press("Enter")
    await page.wait_for_selector("wizard-accept")
    await page.fill("[name=wanted]", "Второй цех, те же светильники. Просит смету до пятницы.")
    await page.focus("[data-accept]")
    await shoot(page, "wizard-accept")
    await over(stage, ride)


async def wizard_dark(stage: Stage) -> None:
    """Step one by hand, with a part of a name typed, at night."""
    page = await stage.desk(color_scheme="dark")
    await page.keyboard.press("F2")
    await page.wait_for_selector("wizard-search")
    await page.locator("wizard-search [name=name]").press_sequentially("сервис", delay=40)
    await page.wait_for_selector(".w-hit mark")
    await shoot(page, "wizard-search-dark")


async def inquiries(stage: Stage) -> None:
    page = await stage.desk("ilyin", "/inquiries")
    await page.keyboard.press("j")
    await shoot(page, "inquiries")


async def letter(stage: Stage) -> None:
    """The letters that wait, the first of them read."""
    page = await stage.desk("ilyin", "/inquiries?channel=letter")
    await shoot(page, "letter")


async def letter_search(stage: Stage) -> None:
    """Step one for a letter: searched by its sender, with what the signature offers."""
    page = await stage.desk("ilyin", "/inquiries?channel=letter")
    await page.keyboard.press("a")
    await page.wait_for_selector("wizard-search")
    await shoot(page, "letter-search")


async def dialogue(stage: Stage) -> None:
    """A client whose number Telegram vouches for, and the answer that is being written."""
    rng = Random(SEED)  # noqa: S311 - colours of a picture
    known = stage.world.companies[stage.somebody()].people[0]
    who = stage.telegram.person(known.first, known.last, "", stage.mobile(stage.somebody()))
    await stage.telegram.says(who, "Добрый день! Меняем светильники в цехе, 1 200 м². Делаете такое?")
    await stage.telegram.shares_contact(who)
    page = await stage.desk("ilyin", "/dialogues")
    await page.locator(".row.chat").last.click()  # who has waited least
    text = page.locator("[name=text]")
    await text.fill(f"{known.first}, здравствуйте! Да. Пришлите, пожалуйста, фото и высоту подвеса.")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_selector(".msg.ours")
    await stage.telegram.sends_photo(who, letter_files.photo(rng), "Высота девять метров")
    await page.wait_for_selector(".msg img")
    await text.fill("Спасибо! Смету пришлём завтра до обеда")
    await shoot(page, "dialogue")


async def card(stage: Stage) -> None:
    await shoot(await stage.desk("sokolov", f"/accounts/{stage.hero() + 1}"), "card")


async def interest(stage: Stage) -> None:
    place = stage.wishes(stage.hero())[0]
    await shoot(await stage.desk("sokolov", f"/interests/{place + 1}"), "interest")


async def phone(stage: Stage) -> None:
    await shoot(await stage.desk("ilyin", "/inquiries", **PHONE), "phone")


async def settings(stage: Stage) -> None:
    await shoot(await stage.desk("admin", "/settings"), "settings")


async def form(stage: Stage) -> None:
    """A form being drawn, with what visitors will see beside it."""
    await shoot(await stage.desk("admin", "/settings/forms/1"), "form")


async def request(stage: Stage) -> None:
    """What came by a form, as a manager reads it."""
    await shoot(await stage.desk("ilyin", "/inquiries?channel=form"), "request")


async def rules(stage: Stage) -> None:
    await shoot(await stage.desk("admin", "/settings/rules"), "rules")


async def now(stage: Stage) -> None:
    """Who waits, who talks, who is there."""
    await shoot(await stage.desk("ilyin", "/supervisor"), "now")


PICTURES: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "pop": pop,
    "wizard-search": wizard_search,
    "wizard-accept": wizard_accept,
    "wizard-search-dark": wizard_dark,
    "inquiries": inquiries,
    "letter": letter,
    "letter-search": letter_search,
    "dialogue": dialogue,
    "card": card,
    "interest": interest,
    "phone": phone,
    "settings": settings,
    "form": form,
    "request": request,
    "rules": rules,
    "now": now,
}


async def answered(stage: Stage, page: Page, number: str) -> Incoming:
    """A call has been answered and the wizard has found who it may be."""
    ride = await stage.ring(number, "101")
    await page.wait_for_selector(".pop.ringing")
    await asyncio.sleep(3)  # nobody answers at once
    ride.answer("101")
    await page.wait_for_selector("wizard-search .w-hit")
    return ride


async def over(stage: Stage, *rides: Incoming) -> None:
    for ride in rides:
        ride.hang_up()
    await stage.pbx.over(*rides)


async def shoot(page: Page, name: str) -> None:
    """Take the picture once everything stands still, and leave the page."""
    await page.wait_for_load_state("networkidle")
    await page.evaluate("document.fonts.ready")
    await asyncio.sleep(0.5)
    picture = with_palette(await page.screenshot(scale="css", animations="disabled"))
    await page.context.close()
    (FOLDER / f"{name}.png").write_bytes(picture)
    sys.stdout.write(f"{name}.png  {len(picture) // 1000} kB\n")


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """The service over the demonstration's world, the PBX quiet, and a browser."""
    set_up_logging("error", "text")
    world = make_world(SEED, COMPANIES, datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="intake-screenshots-") as folder:
        async with (
            demonstration(Path(folder), unused(), world, PASSWORD) as town,
            launched() as browser,
        ):
            yield Stage(browser, town.address, town.pbx, town.telegram, world)


async def draw(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    async with stage() as place:
        for name in names:
            await PICTURES[name](place)


def main() -> None:
    names = sys.argv[1:] or list(PICTURES)
    unknown = set(names) - PICTURES.keys()
    if unknown:
        sys.exit(f"no such picture: {', '.join(sorted(unknown))}\n{__doc__}")
    asyncio.run(draw(names))


if __name__ == "__main__":
    main()

"""Visitors of the demonstration's site: what they type into its forms, and how they send it."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import aiohttp
import structlog

from intake.demo import letter_files
from intake.demo.facts import World
from intake.demo.forms import CALL_TIMES
from intake.demo.trade import SERVICES
from intake.demo.writers import Writer, known_writers, newcomers

FIRST_VISITOR = 9.0  # seconds: after the first call and the first letter
THINKS = 4.0  # seconds: quicker is no person
NEWCOMERS = 0.6  # share of visitors whom nobody knows
LONG, SHORT = 0, 1  # places of the forms
SOURCES = (
    (("utm_source", "yandex"), ("utm_medium", "cpc"), ("utm_campaign", "sklady"), ("yclid", "174563289")),
    (("utm_source", "vk"), ("utm_medium", "social")),
    (),
)
PAGE = "https://our.example/osveshenie"
SPAM = "Best SEO https://a.example https://b.example https://c.example https://d.example cheap!!!"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
_TOKEN = re.compile(r'name="_token" value="([^"]+)"')

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in. `robot`: quicker than a person, and in the trap as well."""

    place: int  # of the form
    typed: tuple[tuple[str, str], ...]
    came: tuple[tuple[str, str], ...] = ()
    picture: bytes = b""
    robot: bool = False


class Visitors:
    """People the world knows, and people it does not."""

    def __init__(self, world: World, rng: Random) -> None:
        self.rng = rng
        self._known, self._new = known_writers(world), newcomers(rng, world)

    def visits(self) -> Iterator[Filled]:
        """Without end, one of each kind now and then."""
        kinds = [(60, self.request), (22, self.call_back), (8, self.mistyped), (10, self.robot)]
        makers, weights = [make for _, make in kinds], [weight for weight, _ in kinds]
        while True:
            yield self.rng.choices(makers, weights)[0]()

    def request(self, who: Writer | None = None, wanted: str = "") -> Filled:
        who = who or self._visitor()
        typed = {
            "name": who.name, "phone": who.phone, "email": who.email, "company": who.company,
            "task": wanted or self._wanted(), "area": str(self.rng.randrange(20, 4000)),
            "time": self.rng.choice(CALL_TIMES), "agree": "yes", "news": self.rng.choice(("yes", "")),
        }  # fmt: skip
        picture = letter_files.photo(self.rng) if self.rng.random() < 0.3 else b""
        return Filled(LONG, _said(typed), self.rng.choice(SOURCES), picture)

    def call_back(self) -> Filled:
        who = self._visitor()
        return Filled(SHORT, _said({"name": who.name.partition(" ")[0], "phone": who.phone, "agree": "yes"}))

    def mistyped(self) -> Filled:
        """A digit is missing from the number; it is kept all the same."""
        sent = dict(self.request().typed)
        return Filled(LONG, _said(sent | {"phone": sent.get("phone", "")[:12]}))

    def robot(self) -> Filled:
        typed = {"name": "Robert", "phone": f"+1 202 555 01{self.rng.randrange(10, 99)}", "task": SPAM}
        mail = {"email": f"promo{self.rng.randrange(999)}@seo.example", "agree": "yes"}
        return Filled(LONG, _said(typed | mail), robot=True)

    def _visitor(self) -> Writer:
        known = [one for one in self._known if one.phone]
        return next(self._new) if self.rng.random() < NEWCOMERS or not known else self.rng.choice(known)

    def _wanted(self) -> str:
        service, _, _, wanted = self.rng.choice(SERVICES)
        return f"{service}. {wanted}."


async def keep_visiting(address: str, keys: list[str], visitors: Visitors, pace: float) -> None:
    """A visitor every `pace` seconds on average, through the door that all visitors come by, until
    cancelled."""
    await asyncio.sleep(FIRST_VISITOR)
    async with aiohttp.ClientSession(address, headers={"User-Agent": AGENT}) as browser:
        for filled in visitors.visits():
            try:
                await visit(browser, keys[filled.place], filled)
            except (aiohttp.ClientError, TimeoutError) as error:
                log.warning("a visitor gave up", error=type(error).__name__)
            await asyncio.sleep(min(visitors.rng.expovariate(1 / pace), 3 * pace))


async def visit(browser: aiohttp.ClientSession, key: str, filled: Filled) -> int:
    """Open the form, think, send it; the answer's status."""
    came = dict(filled.came)
    async with browser.get(f"/f/{key}", params=came) as page:
        token = _TOKEN.search(await page.text())
    if not filled.robot:
        await asyncio.sleep(THINKS)
    data = aiohttp.FormData(default_to_multipart=True)
    trap = {"_website": "https://seo.example"} if filled.robot else {}
    ours = {"_token": token[1] if token else "", "_page": PAGE, "_referrer": "https://ya.ru/"}
    for name, value in (*filled.typed, *came.items(), *ours.items(), *trap.items()):
        data.add_field(name, value)
    if filled.picture:
        data.add_field("plan", filled.picture, filename="объект.png", content_type="image/png")
    headers = {"Accept": "application/json"}
    async with browser.post(f"/f/{key}", data=data, headers=headers, allow_redirects=False) as answer:
        return answer.status


def _said(typed: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in typed.items() if value)

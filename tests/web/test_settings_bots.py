"""The administrator connects messengers in the browser."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from intake.channels.messengers.registry import ADAPTERS
from intake.errors import Deferred, IntakeError, Rejected
from intake.model.calls import Link
from intake.model.chats import Connected, channel_of
from storage.bot_health import NOT_REGISTERED
from storage.channels import record_health
from storage.columns import now
from storage.tables.chats import Bot, BotIgnored, Dialogue
from storage.tables.history import Action, Change
from storage.tables.inquiries import InquiryEvent
from storage.tables.people import Role
from tests.databases import store
from tests.site import Site
from tests.web.hooked import KEY, PLATFORM, SECRET, TOKEN, Plain, plug_in
from web.pages.settings_bots_words import asked_for, words_of

pytestmark = pytest.mark.slow

PUBLIC = "http://crm.firma.example"
TYPED = {
    "platform": PLATFORM, "name": "Продажи", "enabled": "yes", "answers": "yes", "option-token": TOKEN,
    "option-number": "42", "option-app_secret": "app-hush", "away": "Мы ответим утром.", "groups": "yes",
    "proxy": "socks5://me:proxy-hush@10.0.0.1:1080", "api_base": "http://bot-api:8081/",
    "file_hosts": "cdn.plain.example, .media.plain.example",
}  # fmt: skip


class Speaking:
    """A platform that answers as it is told to."""

    def __init__(self, site: Site) -> None:
        self.answer: Connected | IntakeError = Connected("Фирма", "firma_bot", "https://plain.example/firma")
        self.asked: list[str] = []
        self._site = site

    async def connect(self, bot_id: int) -> Connected:
        return self._said("connect")

    async def check(self, bot_id: int) -> Connected:
        return self._said("check")

    async def disconnect(self, bot_id: int) -> None:
        self._said("disconnect")

    async def renew_secret(self, bot_id: int) -> Connected:
        async with self._site.database.transaction() as session:
            bot = await session.get(Bot, bot_id)
            assert bot is not None
            bot.former_secret, bot.secret = bot.secret, "another-secret"
        return self._said("renew_secret")

    def _said(self, what: str) -> Connected:
        self.asked.append(what)
        if isinstance(self.answer, IntakeError):
            raise self.answer
        return self.answer


@pytest.fixture
async def platform(site: Site, monkeypatch: pytest.MonkeyPatch) -> Speaking:
    monkeypatch.setitem(ADAPTERS, PLATFORM, Plain())
    speaking = Speaking(site)
    await site.start(messengers=speaking, public_url=PUBLIC)
    return speaking


async def boss_of(site: Site) -> Any:
    return await site.sign_in("boss", role=Role.ADMINISTRATOR)


async def boss_with_a_bot(site: Site, **typed: str) -> Any:
    boss = await boss_of(site)
    await boss.post("/settings/bots/new", data=TYPED | typed)
    return boss


async def kept(site: Site) -> Bot:
    async with site.database.reading() as session:
        return (await session.exec(select(Bot))).one()


async def test_a_bot_is_added_and_connected_at_once(site: Site, platform: Speaking) -> None:
    boss = await boss_of(site)
    page = await (await boss.post("/settings/bots/new", data=TYPED)).text()

    assert "Продажи is connected: @firma_bot" in page
    assert platform.asked == ["connect"]
    bot = await kept(site)
    assert (bot.token, bot.options, bot.sealed_options) == (
        TOKEN,
        {"number": "42"},
        '{"app_secret": "app-hush"}',
    )
    assert (bot.proxy, bot.api_base) == (TYPED["proxy"], "http://bot-api:8081")
    assert bot.file_hosts == ["cdn.plain.example", ".media.plain.example"]
    assert (bot.answers, bot.groups, bot.polling, bot.away) == (True, True, False, "Мы ответим утром.")
    assert len(bot.key) == 32
    assert len(bot.secret) == 48


async def test_saving_what_is_shown_changes_nothing_and_asks_nobody(site: Site, platform: Speaking) -> None:
    boss = await boss_with_a_bot(site)
    before = await kept(site)
    page = await (await boss.get("/settings/bots/1")).text()
    for shown in ('value="42"', "socks5://me:***@10.0.0.1:1080", "cdn.plain.example .media.plain.example"):
        assert shown in page
    hidden = {"option-token": "", "option-app_secret": "", "proxy": "socks5://me:***@10.0.0.1:1080"}
    await boss.post("/settings/bots/1", data=TYPED | hidden)

    after = await kept(site)
    assert after.model_dump(exclude={"updated_at"}) == before.model_dump(exclude={"updated_at"})
    assert platform.asked == ["connect"]


async def test_a_new_token_is_tried_at_once_and_texts_are_not(site: Site, platform: Speaking) -> None:
    boss = await boss_with_a_bot(site)
    await boss.post("/settings/bots/1", data=TYPED | {"away": "Завтра."})
    await boss.post("/settings/bots/1", data=TYPED | {"away": "Завтра.", "option-token": "another"})

    assert platform.asked == ["connect", "connect"]
    assert (await kept(site)).token == "another"


async def test_what_the_platform_has_told_itself_stays(site: Site, platform: Speaking) -> None:
    boss = await boss_of(site)
    await plug_in(site, options={"number": "42", "told": "by the platform"})
    await boss.post("/settings/bots/1", data=TYPED | {"option-number": "43"})
    assert (await kept(site)).options == {"told": "by the platform", "number": "43"}


async def test_a_bot_that_is_switched_off_tells_its_platform(site: Site, platform: Speaking) -> None:
    boss = await boss_with_a_bot(site)
    await boss.post("/settings/bots/1", data={**TYPED, "enabled": ""})
    assert platform.asked == ["connect", "disconnect"]
    assert "Switched off" in await (await boss.get("/settings/bots")).text()


async def test_secrets_are_never_shown_and_never_written_down(site: Site, platform: Speaking) -> None:
    boss = await boss_with_a_bot(site)
    bot = await kept(site)
    secrets = (TOKEN, "hush", bot.secret)
    pages = [await (await boss.get(f"/settings/bots{path}")).text() for path in ("", "/1", "/1/address")]
    wrong = await (await boss.post("/settings/bots/1", data=TYPED | {"api_base": "x"})).text()
    taken = await (await boss.post("/settings/bots/new", data=TYPED)).text()
    for page in (*pages, wrong, taken):
        assert [one for one in secrets if one in page] == []
    async with site.database.reading() as session:
        written = str([one.model_dump() for one in await session.exec(select(Change))])
        written += str([one.model_dump() for one in await session.exec(select(Action))])
    assert [one for one in secrets if one in written] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"option-token": ""},
        {"option-number": ""},
        {"option-number": "4\r\nHost: evil"},
        {"api_base": "http://evil.example"},
        {"api_base": "https://me:secret@api.example"},
        {"api_base": "ftp://api.example"},
        {"api_base": "https://["},
        {"proxy": "socks5://10.0.0.1"},
        {"proxy": "file:///etc/passwd"},
        {"proxy": "socks5://10.0.0.1:99999"},
        {"file_hosts": "https://cdn.example/"},
        {"file_hosts": "*"},
        {"away": "x" * 1001},
    ],
)
async def test_what_makes_no_sense_is_told_beside_its_field_and_not_kept(
    site: Site, platform: Speaking, wrong: dict[str, str]
) -> None:
    boss = await boss_of(site)
    answer = await boss.post("/settings/bots/new", data=TYPED | wrong)
    assert answer.status == 422
    assert (await answer.text()).count("This makes no sense here.") == 1
    async with site.database.reading() as session:
        assert (await session.exec(select(Bot))).all() == []


async def test_a_name_that_is_taken_is_a_conflict_and_no_platform_is_asked(
    site: Site, platform: Speaking
) -> None:
    boss = await boss_with_a_bot(site)
    assert (await boss.post("/settings/bots/new", data=TYPED)).status == 409
    assert platform.asked == ["connect"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Rejected("bot-token-refused", number=401, words="Unauthorized"), "Unauthorized"),
        (Deferred("bot-unreachable", number=0, words=""), "cannot be reached"),
        (Deferred("bot-busy", after=5.0), "a little patience"),
        (Rejected("bot-refused", number=400, words="bad <b>webhook</b>"), "bad &lt;b&gt;webhook&lt;/b&gt;"),
        (Rejected("bot-certificate-file", path="/etc/none.pem"), "/etc/none.pem"),
        (Connected("Фирма", registered=False), "does not know our address yet"),
        (Connected("Фирма", problem="Wrong response: 502"), "Wrong response: 502"),
        (Connected("Фирма", "+79160000000"), "is connected: +79160000000"),
    ],
)
async def test_what_came_of_connecting_and_checking_is_said(
    site: Site, platform: Speaking, answer: Any, said: str
) -> None:
    boss = await boss_with_a_bot(site)
    platform.answer = answer
    for act in ("connect", "check"):
        assert said in await (await boss.post(f"/settings/bots/1/{act}")).text()
    assert platform.asked == ["connect", "connect", "check"]


async def test_a_platform_that_must_be_told_by_hand_has_address_and_secret_shown_once(
    site: Site, platform: Speaking
) -> None:
    platform.answer = Connected("Фирма", registered=False)
    boss = await boss_of(site)
    page = await (await boss.post("/settings/bots/new", data=TYPED)).text()

    bot = await kept(site)
    assert f'data-copy="{PUBLIC}/hooks/{PLATFORM}/{bot.key}"' in page
    assert f'data-copy="{bot.secret}"' in page
    again = await (await boss.get("/settings/bots/1/address")).text()
    assert bot.key in again
    assert bot.secret not in again


async def test_a_new_secret_is_shown_once_where_the_platform_does_not_take_it(
    site: Site, platform: Speaking
) -> None:
    boss = await boss_of(site)
    await plug_in(site)
    platform.answer = Connected("Фирма", registered=False)
    assert "another-secret" in await (await boss.post("/settings/bots/1/secret")).text()
    assert "another-secret" not in await (await boss.get("/settings/bots/1/address")).text()

    platform.answer = Connected("Фирма")
    page = await (await boss.post("/settings/bots/1/secret")).text()
    assert "another-secret" not in page
    assert "The platform has the new secret" in page


async def test_where_nobody_can_reach_us_we_are_to_ask(site: Site, platform: Speaking) -> None:
    await site.start(messengers=platform)
    boss = await boss_of(site)
    page = await (await boss.get(f"/settings/bots/new?platform={PLATFORM}")).text()
    assert 'name="polling" value="yes" checked' in page

    await boss.post("/settings/bots/new", data=TYPED)
    assert "has no public address" in await (await boss.get("/settings/bots")).text()
    await boss.post("/settings/bots/1", data=TYPED | {"polling": "yes"})
    assert "has no public address" not in await (await boss.get("/settings/bots")).text()


async def test_the_first_question_is_which_messenger(site: Site, platform: Speaking) -> None:
    boss = await boss_of(site)
    page = await (await boss.get("/settings/bots/new")).text()
    assert [one.title for one in ADAPTERS.values() if one.title not in page] == []
    assert (await boss.get("/settings/bots/new?platform=<script>")).status == 200
    assert (await boss.post("/settings/bots/new", data=TYPED | {"platform": "icq"})).status == 404


async def test_the_list_says_how_each_bot_is(site: Site, platform: Speaking) -> None:
    boss = await boss_of(site)
    await plug_in(site, connected_at=now(), heard_at=now() - timedelta(minutes=5), waiting=0)
    assert "Connected: messages come at once." in await (await boss.get("/settings/bots")).text()

    for link, detail, said in (
        (Link.REFUSED, "bot-token-refused", "The platform refuses the token."),
        (Link.DOWN, "ClientConnectorError", "there is no connection to it"),
        (Link.DOWN, NOT_REGISTERED, "the platform does not know our address"),
    ):
        async with site.database.transaction() as session:
            await record_health(session, channel_of(1), link, now(), detail, None)
        assert said in await (await boss.get("/settings/bots/list")).text()


async def test_what_was_no_message_is_counted_and_what_was_unreadable_is_shown(
    site: Site, platform: Speaking
) -> None:
    boss = await boss_of(site)
    await plug_in(site)
    broken = InquiryEvent(channel=channel_of(1), external_id="x", kind="malformed", at=now())
    broken.fact, broken.raw = {"why": "no JSON"}, '{"text": "<script>alert(1)</script>'
    odd = [
        BotIgnored(bot_id=1, reason=why, count=count)
        for why, count in (("unknown-kind: poll", 12), ("malformed", 1))
    ]
    await store(site.database, broken)
    async with site.database.transaction() as session:
        session.add_all(odd)

    page = await (await boss.get("/settings/bots")).text()
    assert "of a kind that we do not take: poll" in page
    assert 'href="/settings/bots/1/unreadable"' in page
    shown = await (await boss.get("/settings/bots/1/unreadable")).text()
    assert "no JSON" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "alert(1)" not in await (await boss.get("/settings/bots/1/unreadable?before=1")).text()


async def test_forged_requests_are_counted_where_the_administrator_looks(
    site: Site, platform: Speaking
) -> None:
    boss = await boss_of(site)
    await plug_in(site)
    assert (await boss.post(f"/hooks/{PLATFORM}/{KEY}", data=b"{}")).status == 401
    assert "not signed by it" in await (await boss.get("/settings/bots")).text()


async def test_only_a_bot_that_nobody_has_written_to_is_removed(site: Site, platform: Speaking) -> None:
    boss = await boss_of(site)
    await plug_in(site)
    await store(site.database, Dialogue(bot_id=1, chat_id="7", identity="chat:plain:7"))
    assert "Remove" not in await (await boss.get("/settings/bots/1")).text()
    assert (await boss.post("/settings/bots/1/remove")).status == 409

    async with site.database.transaction() as session:
        await session.delete(await session.get(Dialogue, 1))
    assert (await boss.post("/settings/bots/1/remove")).status == 200
    assert platform.asked == ["disconnect"]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.MANAGER])
async def test_nobody_else_gets_at_them(site: Site, platform: Speaking, role: Role) -> None:
    await plug_in(site)
    other = await site.sign_in("other", role=role)
    for path in ("", "/list", "/new", "/1", "/1/address", "/1/unreadable"):
        assert (await other.get(f"/settings/bots{path}")).status == 403
    for path in ("/new", "/1", "/1/connect", "/1/check", "/1/secret", "/1/remove"):
        assert (await other.post(f"/settings/bots{path}", data=TYPED)).status == 403
    assert platform.asked == []


def test_every_platform_has_words_for_all_that_it_asks() -> None:
    for adapter in ADAPTERS.values():
        words = words_of(adapter.name)
        assert words.what, adapter.name
        assert words.how, adapter.name
        assert words.by_hand or adapter.registers, adapter.name
        for setting in adapter.settings:
            assert asked_for(adapter.name, setting).label != setting.name, (adapter.name, setting.name)


def test_a_secret_of_the_tests_is_none_of_a_pages_words() -> None:
    assert SECRET not in str([words_of(name) for name in ADAPTERS])

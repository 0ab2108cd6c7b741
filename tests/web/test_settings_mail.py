"""The administrator connects mailboxes in the browser."""

from typing import Any

import pytest
from sqlmodel import select

from intake.errors import Deferred, Rejected
from intake.model.calls import Link
from storage.channels import record_health
from storage.columns import now
from storage.tables.history import Change
from storage.tables.letters import AfterStoring, Mailbox, MailLogin, Security
from storage.tables.people import Role
from tests.site import Site
from web.mailboxes import Tried
from web.times import DEFAULT_ZONE

pytestmark = pytest.mark.slow

BOX = {
    "name": "Продажи", "address": "Sales@Firm.example", "aliases": "info@firm.example, zakaz@firm.example",
    "imap_host": "imap.firm.example", "imap_port": "993", "imap_security": "tls", "enabled": "yes",
    "folders": "INBOX\nЗаявки с сайта\n", "after_storing": "keep", "most_megabytes": "25",
    "smtp_host": "smtp.firm.example", "smtp_port": "587", "smtp_security": "starttls",
    "login": "password", "username": "sales", "secret": "hush-hush-hush", "scan_from": "2026-11-01",
}  # fmt: skip


async def boss_of(site: Site) -> Any:
    return await site.sign_in("boss", role=Role.ADMINISTRATOR)


async def boss_with_a_mailbox(site: Site, **typed: str) -> Any:
    boss = await boss_of(site)
    await boss.post("/settings/mail/new", data=BOX | typed)
    return boss


async def kept(site: Site) -> Mailbox:
    async with site.database.reading() as session:
        return (await session.exec(select(Mailbox))).one()


async def test_a_mailbox_is_added_with_all_that_was_typed(site: Site):
    boss = await boss_of(site)
    answer = await boss.post("/settings/mail/new", data=BOX)
    assert answer.status == 200
    page = await answer.text()
    assert "Продажи" in page
    assert "sales@firm.example" in page
    box = await kept(site)
    assert (box.address, box.aliases) == ("sales@firm.example", ["info@firm.example", "zakaz@firm.example"])
    assert (box.folders, box.most_bytes) == (["INBOX", "Заявки с сайта"], 25_000_000)
    assert (box.smtp_security, box.login) == (Security.STARTTLS, MailLogin.PASSWORD)
    assert box.scan_from is not None
    assert box.scan_from.tzinfo is not None
    assert box.secret == "hush-hush-hush"


async def test_what_was_typed_is_shown_again_and_saving_it_changes_nothing(site: Site):
    boss = await boss_with_a_mailbox(site)
    before = await kept(site)
    page = await (await boss.get("/settings/mail/1")).text()
    for shown in ("INBOX\nЗаявки с сайта", 'value="2026-11-01"', 'value="25"', 'value="587"'):
        assert shown in page
    await boss.post("/settings/mail/1", data=BOX | {"secret": ""})
    after = await kept(site)
    assert after.model_dump() == before.model_dump()


async def test_secrets_are_never_shown_and_never_logged(site: Site):
    boss = await boss_with_a_mailbox(site, oauth_client_secret="hush-client")
    for path in ("/settings/mail", "/settings/mail/1", "/settings/mail/1/form"):
        assert "hush" not in await (await boss.get(path)).text()
    wrong = await boss.post("/settings/mail/1", data=BOX | {"imap_port": "none"})
    assert wrong.status == 422
    assert "hush" not in await wrong.text()
    await boss.post("/settings/mail/1", data=BOX | {"secret": "", "name": "Other"})
    box = await kept(site)
    assert (box.secret, box.oauth_client_secret) == ("hush-hush-hush", "hush-client")
    async with site.database.reading() as session:
        assert "hush" not in str([change.model_dump() for change in await session.exec(select(Change))])


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "nobody"},
        {"aliases": "info@firm.example nobody"},
        {"imap_host": "imap.firm.example/path"},
        {"imap_port": "0"},
        {"folders": "INBOX\nAll*"},
        {"after_storing": "burn"},
        {"after_storing": "move", "move_to": ""},
        {"after_storing": "move", "move_to": "INBOX", "folders": ""},
        {"after_storing": "move", "move_to": "Заявки с сайта"},
        {"username": "sales\r\nA1 LOGOUT"},
        {"scan_from": "yesterday"},
        {"most_megabytes": "100000"},
        {"login": "oauth2", "oauth_client_id": "id", "oauth_token_url": "http://evil.example/token"},
        {"login": "oauth2", "oauth_client_id": "", "oauth_token_url": "https://oauth.yandex.ru/token"},
    ],
)
async def test_what_makes_no_sense_is_told_beside_its_field_and_not_kept(site: Site, wrong: dict[str, str]):
    boss = await boss_of(site)
    answer = await boss.post("/settings/mail/new", data=BOX | wrong)
    assert answer.status == 422
    assert (await answer.text()).count("This makes no sense here.") == 1
    async with site.database.reading() as session:
        assert (await session.exec(select(Mailbox))).all() == []


async def test_an_address_that_is_taken_is_a_conflict(site: Site):
    boss = await boss_with_a_mailbox(site)
    assert (await boss.post("/settings/mail/new", data=BOX | {"name": "Another"})).status == 409


@pytest.mark.parametrize(
    ("preset", "servers"),
    [
        ("yandex", ("imap.yandex.ru", "smtp.yandex.ru")),
        ("mailru", ("imap.mail.ru", "smtp.mail.ru")),
        ("gmail", ("imap.gmail.com", "smtp.gmail.com", "https://mail.google.com/")),
        ("microsoft", ("outlook.office365.com", "smtp.office365.com", "login.microsoftonline.com", "587")),
    ],
)
async def test_a_preset_fills_the_servers_in(site: Site, preset: str, servers: tuple[str, ...]):
    boss = await boss_of(site)
    page = await (await boss.get("/settings/mail/new", params={"preset": preset})).text()
    assert [server for server in servers if f'value="{server}' not in page and server not in page] == []


async def test_a_new_mailbox_is_offered_to_begin_today(site: Site):
    boss = await boss_of(site)
    page = await (await boss.get("/settings/mail/new")).text()
    assert f'type="date" value="{now().astimezone(DEFAULT_ZONE):%Y-%m-%d}"' in page


async def test_an_unknown_preset_is_an_empty_form(site: Site):
    boss = await boss_of(site)
    assert (await boss.get("/settings/mail/new", params={"preset": "<script>"})).status == 200


@pytest.mark.parametrize(
    ("link", "detail", "said"),
    [
        (Link.UP, "", "Heard since"),
        (Link.UP, "Gone: Mailbox doesn't exist", "But not everything goes well."),
        (Link.DOWN, "[Errno 111] Connection refused", "no mail server listens at this address and port"),
        (Link.REFUSED, "[AUTHENTICATIONFAILED] no", "the name or password is wrong"),
        (Link.CONNECTING, "", "Connecting…"),
    ],
)
async def test_the_list_says_how_each_mailbox_is(site: Site, link: Link, detail: str, said: str):
    boss = await boss_with_a_mailbox(site)
    async with site.database.transaction() as session:
        await record_health(session, "imap:1", link, now(), detail, None)
    page = await (await boss.get("/settings/mail")).text()
    assert said in page
    assert said in await (await boss.get("/settings/mail/list")).text()
    metrics = await (await boss.get("/metrics")).text()
    assert f'intake_channel_link{{channel="imap:1",state="{link.value}"}} 1.0' in metrics
    assert "Продажи" in (page.partition('id="health"')[2].partition("</details>")[0])


class Trying:
    """Servers that answer as they are told to."""

    def __init__(self, tried: Tried) -> None:
        self._tried = tried
        self.asked: list[Mailbox] = []

    async def try_out(self, mailbox: Mailbox) -> Tried:
        self.asked.append(mailbox)
        return self._tried


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        (Tried(hears=17, sends="2.0.0 OK"), ["letters there: 17", "2.0.0 OK"]),
        (
            Tried(hears=Rejected("mail-refused", words="[AUTHENTICATIONFAILED] <b>no</b>")),
            ["[AUTHENTICATIONFAILED] &lt;b&gt;no&lt;/b&gt;"],
        ),
        (Tried(hears=Deferred("mail-offline", reason="timed out"), sends="OK"), ["timed out", "OK"]),
        (Tried(hears=Rejected("mail-folder", folder="Gone", words="no such")), ["Gone", "no such"]),
        (Tried(hears=Rejected("mail-ca-file", words="No such file")), ["No such file"]),
    ],
)
async def test_a_connection_is_tried_and_the_servers_words_are_shown(
    site: Site, tried: Tried, said: list[str]
):
    trying = Trying(tried)
    await site.start(mailboxes=trying)
    boss = await boss_with_a_mailbox(site)
    page = await (await boss.post("/settings/mail/1/try")).text()
    assert [words for words in said if words not in page] == []
    assert [box.address for box in trying.asked] == ["sales@firm.example"]


async def test_the_labels_of_a_form_are_learned_from_a_pasted_letter(site: Site):
    boss = await boss_with_a_mailbox(site)
    sample = "Заявка с сайта\n\nИмя: Иван Петров\nТелефон: +7 916 123-45-67\nВаш город: Тверь\n"
    page = await (await boss.post("/settings/mail/1/form/learn", data={"sample": sample})).text()
    assert "Ваш город" in page
    assert (await kept(site)).form_labels == {}
    chosen = [("label", "Имя"), ("meaning", "name"), ("label", "Ваш город"), ("meaning", "city")]
    chosen += [("label", "Откуда"), ("meaning", ""), ("label", "<b>"), ("meaning", "hack")]
    chosen += [("label", "utm_source"), ("meaning", "utm_source")]
    await boss.post("/settings/mail/1/form", data=chosen)
    learned = {"Имя": "name", "Ваш город": "city", "Откуда": "", "utm_source": "utm_source"}
    assert (await kept(site)).form_labels == learned
    await boss.post("/settings/mail/1", data=BOX | {"secret": ""})
    assert (await kept(site)).form_labels == learned


async def test_a_sample_without_labels_says_so(site: Site):
    boss = await boss_with_a_mailbox(site)
    page = await (await boss.post("/settings/mail/1/form/learn", data={"sample": "Добрый день"})).text()
    assert "There are no lines" in page


async def test_a_mailbox_is_removed(site: Site):
    boss = await boss_with_a_mailbox(site)
    page = await (await boss.post("/settings/mail/1/remove")).text()
    assert "No mailbox is connected yet" in page
    assert (await boss.get("/settings/mail/1")).status == 404


async def test_how_a_letter_is_left_on_its_server_is_a_setting(site: Site):
    await boss_with_a_mailbox(site, after_storing="move", move_to="Принято")
    box = await kept(site)
    assert (box.after_storing, box.move_to) == (AfterStoring.MOVE, "Принято")


async def test_only_administrators_come_in(site: Site):
    await boss_with_a_mailbox(site)
    manager = await site.sign_in("max", role=Role.MANAGER)
    for path in (
        "/settings/mail",
        "/settings/mail/list",
        "/settings/mail/new",
        "/settings/mail/1",
        "/settings/mail/1/form",
    ):
        assert (await manager.get(path)).status == 403, path
    for path in ("/settings/mail/1/try", "/settings/mail/1/remove", "/settings/mail/1"):
        assert (await manager.post(path, data=BOX)).status == 403, path

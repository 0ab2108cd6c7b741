"""A site worth attacking: Alice's records, Charlie of another team who may see only his own, and everybody's
browser; with a walk over every route there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select as table_rows
from sqlmodel import col, select, update

from intake.model.calls import Direction
from intake.model.chats import ChatStatus
from intake.model.wizard import PartyKind
from storage.columns import now
from storage.tables import metadata
from storage.tables.automation import (
    AutoRule,
    CustomValue,
    IgnoreEntry,
    RuleDecision,
    RuleVersion,
    Touch,
)
from storage.tables.calls import CallRecord, ChannelGap, Pbx
from storage.tables.chats import ChatFile, ChatWay, FileState
from storage.tables.forms import WebForm
from storage.tables.history import Action
from storage.tables.imports import Import, ImportState
from storage.tables.inquiries import InquiryEvent
from storage.tables.interests import InterestLabel, Label
from storage.tables.letters import LetterTemplate, LetterWay, Mailbox, Sending
from storage.tables.outgoing import Notification, Webhook
from storage.tables.parties import Account, Contact, Lead, Point
from storage.tables.people import ApiToken, Role, Scope, Team, User
from storage.tables.routing import Absence, Alarm, Seat, WorkCalendar
from storage.tables.work import Task
from tests import chatting
from tests.site import HASH, Site
from tests.storage.wizard_world import LOGS, STRANGER, World, populate
from tests.web.mail import attach, letter
from tests.web.requests import agreed, request_of, with_file
from web.keys import FILES as KEPT

NOBODYS = 987_654  # the id of nothing
NOT_DATA = {*LOGS, "web_session"}
AMI_SECRET = "ami-secret-4711"
MAIL_SECRET, OAUTH_SECRET = "mail-secret-4712", "oauth-secret-4713"
FORM_KEY = "key-of-alices-form"
FORM_SECRET, TILDA_SECRET = "form-secret-4714", "tilda-secret-4715"
HOOK_SECRET, BOT_SECRET = "hook-secret-4716", "bot-secret-4717"

# The first words of an address -> whose ids stand in it
CARDS = ("accounts", "contacts", "leads", "interests", "inquiries")
PARTS = (
    "id", "point", "label", "user", "action", "other", "file", "version", "value", "key", "message",
)  # fmt: skip
FILES = {"submissions": "request's file", "dialogues": "chat file"}
# A form that every page understands something of: what it asks for is there and makes sense.
EVERYTHING = {
    "value": "Другое", "text": "+7 495 777-00-11", "kind": "phone", "note": "note", "reason": "spam",
    "label": "label", "done": "yes", "title": "Дело", "wanted": "Свет", "name": "Чарли", "go": "accept",
    "state": "ready", "last_name": "Иванов", "until": "2026-11-20T10:00:00+00:00",
}  # fmt: skip


@dataclass(frozen=True)
class Route:
    method: str
    path: str  # as in the route table: /inquiries/{id}
    handler: Any

    def at(self, **parts: object) -> str:
        address = self.path
        for name, value in parts.items():
            address = address.replace("{" + name + "}", str(value))
        return address


def routes(app: web.Application) -> list[Route]:
    """Every route but HEADs, those for any kind of card once for each."""
    found = []
    for route in app.router.routes():
        path = route.resource.canonical if route.resource else ""
        paths = [path.replace("{cards}", cards) for cards in CARDS] if "{cards}" in path else [path]
        for one in paths:
            real = _resolves(app, route, one)
            if route.method != "HEAD" and real:
                found.append(Route(route.method, one, route.handler))
    return found


def _resolves(app: web.Application, route: web.AbstractRoute, path: str) -> bool:
    """/interests/5/points is no address, though /accounts/5/points is one."""
    address = path
    for name in PARTS:
        address = address.replace("{" + name + "}", "5")
    resource: Any = route.resource
    return "{kind}" in path or resource._match(address) is not None


class Attacked:
    def __init__(self, site: Site, world: World) -> None:
        self.site, self.world = site, world
        self.ids: dict[str, int] = {}
        self.others: dict[str, int] = {}  # another card of hers, to be merged with

    async def settle(self) -> None:
        """What is Alice's, one of a kind."""
        world, alice = self.world, self.world.alice.user_id
        async with world.database.transaction() as session:
            await session.exec(update(User).values(password_hash=HASH, locale="en"))
            await session.exec(
                update(User).where(col(User.login) == "alice").values(extension="101", role=Role.MANAGER)
            )
            await session.exec(update(Lead).values(responsible_id=alice))
            point = (await session.exec(select(Point).where(Point.account_id == world.account))).first()
        self.ids = {
            "account": world.account, "contact": world.marina, "lead": world.lead,
            "interest": world.interest, "point": point.id if point and point.id else 0,
            "inquiry": await world.inquiry(responsible_id=alice, account_id=world.account),
            "task": await world.keep(
                Task(title="Дело Алисы", responsible_id=alice, account_id=world.account)
            ),
            "label": await world.keep(Label(name="Алисино", folded="алисино")),
            "gap": await world.keep(ChannelGap(channel="asterisk:1", since=now(), until=now())),
            "pbx": await world.keep(
                Pbx(name="АТС", host="127.0.0.1", username="intake", secret=AMI_SECRET)
            ),
            "user": await world.keep(
                User(login="root", name="Администратор", password_hash=HASH, role=Role.ADMINISTRATOR,
                     locale="en", scope=Scope.ALL)
            ),
        }  # fmt: skip
        await world.keep_link(InterestLabel(interest_id=world.interest, label_id=self.ids["label"]))
        self.ids["call"] = await world.keep(
            CallRecord(
                channel="asterisk:1", linkedid="1.1", direction=Direction.IN, number=STRANGER,
                inquiry_id=self.ids["inquiry"], pbx_channel="PJSIP/trunk-1", ringing=["101"],
            )
        )  # fmt: skip
        self.others = {
            "accounts": await world.keep(Account(name="Северный свет Алисы", responsible_id=alice)),
            "contacts": world.pyotr,
            "leads": await world.keep(Lead(last_name="Ветрова Алисы", responsible_id=alice)),
        }
        self.ids["import"] = await world.keep(
            Import(kind=PartyKind.LEAD, state=ImportState.DONE, file_name="Дело Алисы.csv", user_id=alice)
        )
        await self._letters(alice or 0)
        await self._routing(alice or 0)
        await self._rules()
        await self._forms()
        await self._request()
        await self._told(alice or 0)
        await self._chats(alice or 0)
        self.ids["token"] = await world.keep(ApiToken(user_id=alice or 0, name="1С", hash="0" * 64))

    async def _routing(self, alice: int) -> None:
        """Her team's turn, its hours, when she is away, and an alarm."""
        world, day = self.world, now().date()
        days = {day.isoformat(): {"name": "Праздник", "hours": []}}
        self.ids["team"] = await world.keep(Team(name="Продажи Алисы", leader_id=alice))
        await world.keep_link(Seat(team_id=self.ids["team"], user_id=alice))
        self.ids["calendar"] = await world.keep(WorkCalendar(name="Офис", hours=[[]] * 7, days=days))
        self.ids["absence"] = await world.keep(Absence(user_id=alice, first=day, last=day, note="отпуск"))
        self.ids["alarm"] = await world.keep(Alarm(kind="nobody-there", key="1", details={"team": "Т"}))

    async def _forms(self) -> None:
        """The site's form; what its secrets sign must be nobody else's to sign."""
        drawn: dict[str, Any] = {"name": "Сайт", "key": FORM_KEY, "tilda_secret": TILDA_SECRET}
        self.ids["form"] = await self.world.keep(WebForm(secret=FORM_SECRET, fields=[], **drawn))

    async def _request(self) -> None:
        """What a visitor sent to her by the form: with a file, a consent, and what it asked besides."""
        world, inquiry = self.world, self.ids["inquiry"]
        self.ids["request"] = await request_of(self.site, self.ids["form"], inquiry)
        self.ids["request's file"] = await with_file(self.site, self.ids["request"])
        self.ids["consent"] = await agreed(self.site, self.ids["request"], inquiry)
        for owner in ("account", "contact", "lead", "interest"):
            asked = CustomValue(owner=owner, owner_id=self.ids[owner], label="Дело", value="Дело Алисы")
            self.ids[f"{owner}s value"] = await world.keep(asked)

    async def _told(self, alice: int) -> None:
        """What she was told, what was joined to her inquiry, whom nobody wants to hear of, a program."""
        world, inquiry = self.world, self.ids["inquiry"]
        notice = Notification(user_id=alice, kind="assigned", key="1", inquiry_id=inquiry)
        self.ids["notification"] = await world.keep(notice)
        touch = Touch(inquiry_id=inquiry, event_id=self.ids["event"], by_key=STRANGER, minutes=30)
        self.ids["touch"] = await world.keep(touch)
        self.ids["ignored"] = await world.keep(IgnoreEntry(pattern="+79990000001", note="Дело Алисы"))
        self.ids["webhook"] = await world.keep(
            Webhook(name="CRM", url="http://127.0.0.1:9/", secret=HOOK_SECRET, enabled=False)
        )

    async def _rules(self) -> None:
        """A rule, and an event of her inquiry that it was asked about."""
        rule = await self.world.keep(AutoRule(name="Спам", body={}))
        await self.world.keep(RuleVersion(rule_id=rule, version=1, name="Спам", body={}))
        self.ids["rule"] = rule
        event = InquiryEvent(channel="asterisk:1", external_id="1", kind="call-ended", at=now())
        event.inquiry_id, event.fact = self.ids["inquiry"], {"linkedid": "1.1"}
        self.ids["event"] = await self.world.keep(event)
        verdicts = [{"rule_id": rule, "version": 1, "name": "Дело Алисы", "said": "no"}]
        await self.world.keep_link(RuleDecision(event_id=self.ids["event"], verdicts=verdicts))

    async def _letters(self, alice: int) -> None:
        """What her client wrote, with a file, and what she has answered."""
        world, site, inquiry = self.world, self.site, self.ids["inquiry"]
        box = Mailbox(
            name="Продажи", address="sales@house.example", imap_host="imap.house.example",
            smtp_host="smtp.house.example", secret=MAIL_SECRET, oauth_client_secret=OAUTH_SECRET,
        )  # fmt: skip
        self.ids["mailbox"] = await world.keep(box)
        self.ids["template"] = await world.keep(LetterTemplate(name="Прайс", text="Вот прайс"))
        self.ids["letter"] = await letter(site, inquiry, subject="Дело Алисы", html="<p>Дело Алисы</p>")
        self.ids["file"] = await attach(site, self.ids["letter"], filename="Дело Алисы.png")
        ours: dict[str, Any] = {"way": LetterWay.OUT, "sending": Sending.FAILED, "author_id": alice}
        self.ids["answer"] = await letter(site, inquiry, subject="Дело Алисы", **ours)

    async def _chats(self, alice: int) -> None:
        """What her client wrote in a messenger, with a file, and what she answered there."""
        world, inquiry = self.world, self.ids["inquiry"]
        bot = await chatting.bot(world.database, token=BOT_SECRET, secret=HOOK_SECRET)
        self.ids["bot"] = bot
        said: dict[str, Any] = {"name": "Дело Алисы", "last_text": "Дело Алисы", "taken_by": alice}
        self.ids["dialogue"] = await chatting.dialogue(world.database, bot, inquiry_id=inquiry, **said)
        heard = await chatting.said(world.database, self.ids["dialogue"], "Дело Алисы")
        picture = ChatFile(message_id=heard, filename="Дело Алисы.png", state=FileState.KEPT)
        picture.digest = self.site.app[KEPT].keep(b"\x89PNG\r\n\x1a\nalice")
        self.ids["chat file"] = await world.keep(picture)
        ours: dict[str, Any] = {"way": ChatWay.OUT, "status": ChatStatus.FAILED, "author_id": alice}
        self.ids["message"] = await chatting.said(world.database, self.ids["dialogue"], "Дело Алисы", **ours)

    async def alices_action(self) -> int:
        """Something she did and could take back."""
        alice = await self.site.enter("alice")
        await alice.post(f"/accounts/{self.world.account}/fields/city", data={"value": "Тверь"})
        async with self.world.database.reading() as session:
            action = (await session.exec(select(Action).where(Action.kind == "change-account"))).one()
            return int(action.id or 0)

    def parts(self, path: str, action: int = 0) -> dict[str, object]:
        """Alice's ids for an address; a KeyError names a new kind of address that this should know."""
        first = path.removeprefix("/api/v1").split("/")[1]
        of = {
            "accounts": "account", "contacts": "contact", "leads": "lead", "interests": "interest",
            "inquiries": "inquiry", "dialogues": "dialogue", "tasks": "task", "calls": "call", "desk": "gap",
            "settings": "pbx",
            "imports": "import", "letters": "letter", "answers": "answer",
            "absences": "absence", "alarms": "alarm", "events": "event", "submissions": "request",
            "consents": "consent", "settings/rules": "rule", "notifications": "notification",
            "touches": "touch", "settings/webhooks": "webhook", "settings/ignored": "ignored",
            "settings/forms": "form", "settings/routing": "team", "settings/calendars": "calendar",
            "settings/bots": "bot", "settings/letters": "template", "settings/signatures": "mailbox",
            "settings/mail": "mailbox",
        }  # fmt: skip
        first = next((two for two in of if "/" in two and path.startswith(f"/{two}/")), first)
        row = action if first == "actions" else self.ids[of[first]] if "{id}" in path else 0
        field = "title" if first == "interests" else "city"
        return {
            "id": row, "action": action, "field": field, "point": self.ids["point"],
            "label": self.ids["label"], "user": self.world.bob.user_id, "digest": "0" * 64, "kind": "pbx",
            "name": "css/base.css", "file": self.ids[FILES.get(first, "file")],
            "message": self.ids["message"],
            "value": self.ids.get(f"{first} value", 0), "other": self.others.get(first, 0),
            "version": 1, "proof": "0" * 40, "filename": "a.pdf", "key": FORM_KEY, "platform": "telegram",
        }  # fmt: skip

    async def dump(self) -> dict[str, list[str]]:
        """Everything stored but the log and the sessions."""
        tables = [table for table in metadata.sorted_tables if table.name not in NOT_DATA]
        async with self.world.database.reading() as session:
            connection = await session.connection()
            return {
                table.name: sorted(map(repr, await connection.execute(table_rows(table)))) for table in tables
            }

    async def actions(self) -> list[Action]:
        async with self.world.database.reading() as session:
            return list(await session.exec(select(Action).order_by(col(Action.id))))

    def form(self) -> dict[str, str]:
        """EVERYTHING, with ids that exist."""
        world = self.world
        return EVERYTHING | {
            "status": str(world.status), "user": str(world.charlie.user_id), "to": str(world.charlie.user_id),
            "interest": str(world.interest), "client": f"account:{world.account}", "parent": "1",
            "card": f"contact/{world.marina}",
        }  # fmt: skip


@pytest.fixture
async def attacked(site: Site) -> Attacked:
    made = Attacked(site, await populate(site.database))
    await made.settle()
    return made


def with_id(app: web.Application) -> Iterator[Route]:
    """Routes about one thing of somebody's, but for the administrator's own."""
    for route in routes(app):
        about_one = "{id}" in route.path or "{action}" in route.path
        if about_one and not route.path.startswith("/settings/"):
            yield route


def cookie_of(browser: Any) -> str:
    return str(browser.session.cookie_jar.filter_cookies(browser.make_url("/"))["intake"].value)


async def all_kinds(site: Site) -> list[str]:
    async with site.database.reading() as session:
        return [action.kind for action in await session.exec(select(Action).order_by(col(Action.id)))]


__all__ = ["Account", "Attacked", "Contact", "Route", "attacked", "routes", "with_id"]

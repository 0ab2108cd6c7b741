"""One way to list records: columns and filters as data, one template for all four kinds."""

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from intake.matching.companies import display_company
from storage.fields import CardKind
from storage.lists import ORDERS, PAGE, Line, Wanted, listed
from web.i18n import gettext, mark, pgettext
from web.keys import DATABASE
from web.looked import ONLOOKERS
from web.pages.cards import EYEBROWS, PLURAL_OF, actor
from web.render import fragment, is_partial, page
from web.show import full_name

MAX_TEXT = 200
MAX_PAGE = 10_000

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Column:
    """`look` says how its cell is drawn; `room` where it needs some: roomy, wide."""

    key: str
    title: str
    look: str
    room: str = ""

    def sorts(self, kind: CardKind) -> bool:
        return self.key in ORDERS[kind]


@dataclass(frozen=True, slots=True)
class Listing:
    kind: CardKind
    title: str
    route: str
    new: str
    columns: tuple[Column, ...]
    hint: str


_PHONE, _EMAIL = Column("phone", mark("Phone"), "phone"), Column("email", mark("E-mail"), "email", "wide")
_RESPONSIBLE = Column("responsible", mark("Responsible"), "responsible", "roomy")
_TOUCHED = Column("touched", mark("Last contact"), "touched")

LISTINGS = {
    "accounts": Listing(
        CardKind.ACCOUNT, mark("Clients"), "account", mark("New client"),
        (
            Column("name", mark("Name"), "name"), Column("city", mark("City"), "city", "roomy"),
            Column("inn", mark("ИНН"), "inn", "roomy"), _PHONE, _EMAIL, _RESPONSIBLE, _TOUCHED,
        ),
        mark("Name, phone, ИНН or e-mail"),
    ),
    "contacts": Listing(
        CardKind.CONTACT, mark("Contacts"), "contact", mark("New contact"),
        (
            Column("name", mark("Full name"), "name"), Column("account", mark("Client"), "account"),
            Column("position", mark("Position"), "position", "roomy"), _PHONE, _EMAIL,
            _RESPONSIBLE, _TOUCHED,
        ),
        mark("Name, phone or e-mail"),
    ),
    "leads": Listing(
        CardKind.LEAD, mark("Leads"), "lead", mark("New lead"),
        (
            Column("name", mark("Full name"), "name"), _PHONE, _EMAIL,
            Column("city", mark("City"), "city", "roomy"),
            Column("source", mark("Source"), "source", "roomy"), _RESPONSIBLE,
            Column("created", mark("Created"), "created"),
        ),
        mark("Name, phone, ИНН or e-mail"),
    ),
    "interests": Listing(
        CardKind.INTEREST, mark("Interests"), "interest", mark("New interest"),
        (
            Column("title", mark("Title"), "name"), Column("status", mark("Status"), "status"),
            Column("account", mark("Client"), "account", "roomy"),
            Column("amount", mark("Amount"), "amount"),
            Column("due", mark("Due"), "due", "roomy"), _RESPONSIBLE,
            Column("changed", mark("Changed"), "changed"),
        ),
        mark("Words of the title"),
    ),
}  # fmt: skip
STATES = ("open", "won", "lost", "all")


@routes.get("/accounts", name="accounts")
@routes.get("/contacts", name="contacts")
@routes.get("/leads", name="leads")
@routes.get("/interests", name="interests")
async def record_list(request: web.Request) -> web.Response:
    listing = LISTINGS[request.path.strip("/")]
    wanted = wanted_of(request)
    async with request.app[DATABASE].reading() as session:
        found = await listed(session, listing.kind, actor(request), wanted)
    shown = [(listing.kind.value, line.record.id) for line in found.lines if line.phone or line.email]
    request.app[ONLOOKERS].saw(actor(request), PLURAL_OF[listing.kind], shown)
    pages = max(1, -(-found.total // PAGE))
    context: dict[str, Any] = {
        "listing": listing,
        "plural": PLURAL_OF[listing.kind],
        "icon_name": EYEBROWS[listing.kind][0],
        "found": found,
        "wanted": wanted,
        "pages": pages,
        "first": (wanted.page - 1) * PAGE + 1 if found.lines else 0,
        "at": lambda **changes: _address(wanted, **changes),
        "states": list(zip(STATES, _state_words(), strict=True)),
        "title_of": title_of,
        "company": lambda account: display_company(account.name, account.legal_form),
    }
    if is_partial(request) and request.query.get("part") == "rows":
        return fragment(request, "lists/rows.html", **context)
    return await page(request, "lists/list.html", **context)


def _state_words() -> tuple[str, ...]:
    return (
        pgettext("interests", "active"),
        pgettext("interests", "won"),
        pgettext("interests", "lost"),
        pgettext("interests", "all"),
    )


def wanted_of(request: web.Request) -> Wanted:
    query = request.query
    number = query.get("page", "1")
    sort, state = query.get("sort", ""), query.get("state", "")
    return Wanted(
        text=query.get("q", "").strip()[:MAX_TEXT],
        mine=query.get("mine") == "yes",
        state=state if state in STATES else "open",
        sort=sort.removeprefix("-")[:20],
        descending=sort.startswith("-"),
        page=min(int(number), MAX_PAGE) if number.isdecimal() and number != "0" else 1,
    )


def _address(wanted: Wanted, **changes: Any) -> str:
    """The same list with something else; back to page one unless told otherwise."""
    changed = asdict(replace(wanted, **({"page": 1} | changes)))
    parts = {
        "q": changed["text"],
        "mine": "yes" if changed["mine"] else "",
        "state": "" if changed["state"] == "open" else changed["state"],
        "sort": ("-" if changed["descending"] else "") + changed["sort"] if changed["sort"] else "",
        "page": str(changed["page"]) if changed["page"] > 1 else "",
    }
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def title_of(line: Line, kind: CardKind) -> str:
    record = line.record
    match kind:
        case CardKind.ACCOUNT:
            return display_company(record.name, record.legal_form)
        case CardKind.INTEREST:
            return str(record.title)
        case CardKind.LEAD:
            return record.organisation or full_name(record) or gettext("Without a name")
    return full_name(record) or gettext("Without a name")

"""What both pages of the wizard begin with: the inquiry, its head, and what stands in the fields."""

import contextlib
import secrets
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict, NotFound
from intake.wizard.holding import take
from storage.access import within
from storage.chats import SELECTED
from storage.tables.calls import CallRecord
from storage.tables.inquiries import Inquiry
from storage.tables.parties import Contact
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.pages.ignoring_words import never_choices
from web.pages.inquiries_words import REASONS as DECLINE_REASONS
from web.pages.wizard_beside import AnyBeside, beside_of
from web.pages.wizard_form import LENGTHS, SEARCHED, Form, number, read_form
from web.pages.wizard_head import Head, by_hand, head_of
from web.pages.wizard_places import Places, inquiry_id_of, places
from web.render import has_route, urls_of

CARRIED = ("call", "area", "request_key")  # hidden on both pages


@dataclass(frozen=True, slots=True)
class Opened:
    """`form` is what stands in the fields: what was sent, else the draft, else what the contact says."""

    inquiry: Inquiry | None
    head: Head
    at: Places
    form: Form
    kept: bool  # there is a draft
    interest_href: str = ""  # of what it came to
    beside: AnyBeside | None = None  # the letter, the requests or the chat that it came as

    @property
    def context(self) -> dict[str, Any]:
        """For every template of the wizard."""
        return {
            "head": self.head,
            "at": self.at,
            "form": self.form,
            "kept": self.kept,
            "interest_href": self.interest_href,
            "beside": self.beside,
            "carried": {name: self.form[name] for name in CARRIED if self.form[name]},
            "decline_reasons": [(reason.value, gettext(word)) for reason, word in DECLINE_REASONS.items()],
            "never_choices": never_choices(self.inquiry),
        }


async def hold(request: web.Request) -> None:
    """Whoever opens it has it, unless somebody else has or it is decided: then the head says so."""
    inquiry_id = inquiry_id_of(request)
    if inquiry_id is not None:
        with contextlib.suppress(Conflict):
            await take(request.app[DATABASE], inquiry_id, request[VIEWER].actor(request.remote))


async def open_wizard(request: web.Request, sent: Form | None = None) -> Opened:
    """Raises NotFound("no-such-inquiry"), also for what the viewer may not see."""
    inquiry_id = inquiry_id_of(request)
    async with request.app[DATABASE].reading() as session:
        if inquiry_id is None:
            return await _by_hand(session, request, sent)
        return await _of_inquiry(session, request, inquiry_id, sent)


async def find_inquiry(session: AsyncSession, request: web.Request, inquiry_id: int) -> Inquiry:
    actor = request[VIEWER].actor(request.remote)
    found = await session.exec(select(Inquiry).where(Inquiry.id == inquiry_id, within(actor, Inquiry)))
    inquiry: Inquiry | None = found.first()
    if inquiry is None:
        raise NotFound("no-such-inquiry", id=inquiry_id)
    return inquiry


async def _of_inquiry(
    session: AsyncSession, request: web.Request, inquiry_id: int, sent: Form | None
) -> Opened:
    inquiry = await find_inquiry(session, request, inquiry_id)
    head = await head_of(session, inquiry, request[VIEWER])
    asked = sent or read_form(request.query)
    draft = read_form(inquiry.draft)
    beside = await beside_of(session, inquiry, request[VIEWER])
    form = asked if _says_anything(asked) else draft if _says_anything(draft) else _prefilled(head, beside)
    fixed = {"area": head.area_code or ""}
    interest = _interest_href(request, head.interest_id)
    kept = bool(set(inquiry.draft) - {SELECTED}) and not sent
    return Opened(inquiry, head, places(request), _with_key(form) | fixed, kept, interest, beside)


def _interest_href(request: web.Request, interest_id: int | None) -> str:
    if interest_id is None or not has_route(request.app, "interest"):
        return ""
    return urls_of(request.app)("interest", id=interest_id)


async def _by_hand(session: AsyncSession, request: web.Request, sent: Form | None) -> Opened:
    form = sent or read_form(request.query) | await _pointed_at(session, request)
    return Opened(None, by_hand(), places(request), _with_key(form), False)


async def _pointed_at(session: AsyncSession, request: web.Request) -> Form:
    """From a client's card, a contact's, a lead's or a call: /wizard?account=5, ?contact=, ?lead=, ?call=."""
    account, lead = number(request.query.get("account", "")), number(request.query.get("lead", ""))
    contact_id, call_id = number(request.query.get("contact", "")), number(request.query.get("call", ""))
    form: Form = {}
    if account or lead:
        form["client"] = f"account:{account}" if account else f"lead:{lead}"
    contact = await session.get(Contact, contact_id) if contact_id else None
    if contact and contact.account_id and "client" not in request.query:
        form["client"] = f"account:{contact.account_id}"
    call = await session.get(CallRecord, call_id) if call_id else None
    if call and call.inquiry_id is not None:
        await find_inquiry(session, request, call.inquiry_id)  # a number is only for those who may see it
    if call and call.number and not request.query.get("phone"):
        form["phone"] = call.number
    return form


def _prefilled(head: Head, beside: AnyBeside | None) -> Form:
    fields = dict.fromkeys(LENGTHS, "") | {"phone": head.number, "email": head.address}
    return fields | (beside.form if beside else {})


def _says_anything(form: Form) -> bool:
    names = (*SEARCHED, "client", "contact", "new", "interest", "title", "note", "org", "last_name")
    return any(form[name] for name in names)


def _with_key(form: Form) -> Form:
    """A form's own token: the same one twice is one acceptance."""
    empty = dict.fromkeys(LENGTHS, "")
    return empty | form | {"request_key": form.get("request_key") or secrets.token_urlsafe(16)}

"""What is done with an inquiry from the list: declined, passed over, given to a colleague, linked,
taken back."""

from typing import Any

from aiohttp import web

from intake.errors import Rejected
from intake.model.wizard import Acceptance, Existing, LinkInterest, PartyKind
from intake.wizard.accept import accept
from intake.wizard.decline import decline
from intake.wizard.holding import hand_over
from intake.wizard.no_answer import needs_no_answer
from intake.wizard.undo import undo_decision
from storage.cards import InterestLine, interests_about
from storage.fields import CardKind
from storage.inquiries import InquiryRow, inquiry_row
from storage.lists import Wanted, listed
from storage.tables.inquiries import Inquiry
from storage.tables.interests import Interest
from web.i18n import gettext
from web.keys import DATABASE
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.ignoring_words import never_again
from web.pages.inquiries_words import title_of
from web.render import fragment, is_partial, page, urls_of
from web.say import say, tell_page

MOST = 12  # interests to choose from

routes = web.RouteTableDef()


@routes.post("/inquiries/{id:\\d+}/decline", name="inquiry.decline")
async def decline_it(request: web.Request) -> web.Response:
    data = await request.post()
    reason, note = str(data.get("reason", "")), str(data.get("note", ""))
    never = never_again(str(data.get("never", "")))
    action = await decline(request.app[DATABASE], card_id(request), reason, note, actor(request), never)
    say(request, gettext("Declined"), undo=urls_of(request.app)("action.undo", id=action))
    tell_page(request, "inquiry-decided", id=card_id(request))
    return _done(request)


@routes.post("/inquiries/{id:\\d+}/no-answer", name="inquiry.no-answer")
async def pass_over(request: web.Request) -> web.Response:
    action = await needs_no_answer(request.app[DATABASE], card_id(request), actor(request))
    say(request, gettext("It waits no more"), undo=urls_of(request.app)("action.undo", id=action))
    tell_page(request, "inquiry-decided", id=card_id(request))
    return _done(request)


@routes.post("/inquiries/{id:\\d+}/undo", name="inquiry.undo")
async def take_back(request: web.Request) -> web.Response:
    """The decision that stands on it."""
    database, who = request.app[DATABASE], actor(request)
    async with database.reading() as session:
        await inquiry_row(session, who, card_id(request))  # what is not theirs to see is not there
    await undo_decision(database, card_id(request), who)
    say(request, gettext("Undone"))
    return _done(request)


@routes.post("/inquiries/{id:\\d+}/hand-over", name="inquiry.hand-over")
async def give(request: web.Request) -> web.Response:
    user = str((await request.post()).get("user", ""))
    if not user.isdecimal() or len(user) > 9:
        raise Rejected("no-such-choice", field="user", value=user[:40])
    await hand_over(request.app[DATABASE], card_id(request), int(user), actor(request))
    say(request, gettext("Handed over"))
    return _done(request)


@routes.get("/inquiries/{id:\\d+}/link", name="inquiry.link")
async def choose_interest(request: web.Request) -> web.Response:
    """The open interests of whoever it is, or any by the words of its title."""
    context = await _interests(request)
    if is_partial(request) and "q" in request.query:
        return fragment(request, "inquiries/link_choices.html", **context)
    return await page(request, "inquiries/link.html", **context)


@routes.post("/inquiries/{id:\\d+}/link")
async def link(request: web.Request) -> web.Response:
    interest_id = str((await request.post()).get("interest", ""))
    if not interest_id.isdecimal() or len(interest_id) > 9:
        raise Rejected("no-such-choice", field="interest", value=interest_id[:40])
    acceptance = await _acceptance(request, int(interest_id))
    accepted = await accept(request.app[DATABASE], card_id(request), acceptance, actor(request))
    say(request, gettext("Linked"), undo=urls_of(request.app)("action.undo", id=accepted.action_id))
    tell_page(request, "panel-done")
    tell_page(request, "inquiry-decided", id=card_id(request))
    return _done(request)


async def _acceptance(request: web.Request, interest_id: int) -> Acceptance:
    """Whose it is: what the inquiry says, else whose the interest is."""
    async with request.app[DATABASE].reading() as session:
        row = await inquiry_row(session, actor(request), card_id(request))
        interest = await session.get(Interest, interest_id)
    party = _party(row.inquiry) or (_party(interest) if interest else None)
    contact_id = row.inquiry.contact_id
    contact = Existing(PartyKind.CONTACT, contact_id) if contact_id else None
    return Acceptance(party=party or contact, contact=contact, interest=LinkInterest(interest_id))


def _party(record: Inquiry | Interest) -> Existing | None:
    for kind in (PartyKind.ACCOUNT, PartyKind.LEAD, PartyKind.CONTACT):
        row_id = getattr(record, f"{kind.value}_id")
        if row_id is not None:
            return Existing(kind, row_id)
    return None


async def _interests(request: web.Request) -> dict[str, Any]:
    text = request.query.get("q", "").strip()[:200]
    async with request.app[DATABASE].reading() as session:
        row: InquiryRow = await inquiry_row(session, actor(request), card_id(request))
        owner = _party(row.inquiry)
        lines: list[InterestLine] = []
        if text:
            found = await listed(session, CardKind.INTEREST, actor(request), Wanted(text=text, state="open"))
            lines = [
                InterestLine(one.record, one.status, one.responsible)
                for one in found.lines[:MOST]
                if one.status
            ]
        elif owner is not None:
            about = interests_about(session, owner.kind.value, owner.id, actor(request))
            lines = [line for line in await about if line.open][:MOST]
    return {"row": row, "who": title_of(row), "lines": lines, "text": text}


def _done(request: web.Request) -> web.Response:
    if not is_partial(request):
        raise web.HTTPSeeOther(f"/inquiries/{card_id(request)}")
    return web.Response(status=204)

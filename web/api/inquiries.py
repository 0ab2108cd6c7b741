"""Inquiries: listed, written down, accepted, declined, passed over, undone. The functions are the pages'."""

from datetime import datetime

from intake.errors import Rejected
from intake.model.moments import is_sensible
from intake.model.wizard import Accepted
from intake.wizard.accept import accept
from intake.wizard.by_hand import write_down
from intake.wizard.decline import decline
from intake.wizard.never_again import NeverAgain
from intake.wizard.no_answer import needs_no_answer
from intake.wizard.undo import undo_decision
from storage.inquiries import Filter, Order, Place, inquiries_page, inquiry_row
from storage.tables.inquiries import OPEN_STATES, InquiryState
from web.api import schema
from web.api.chat_messages import chat_messages_of
from web.api.endpoint import Call
from web.api.form_requests import requests_of
from web.api.reading import acceptance_of, criteria_of
from web.looked import with_senders
from web.readable import LARGEST_ID

NO_PAGE = {"after": "not a page of ours"}
STATES = {
    "open": OPEN_STATES,
    "decided": tuple(state for state in InquiryState if state not in OPEN_STATES),
    "all": (),
}


async def list_inquiries(call: Call) -> schema.Inquiries:
    """The newest first, fifty a page; those whose call was joined into another's are left out."""
    asked: schema.InquiryList = call.sent
    channels = (asked.channel,) if asked.channel else ()
    wanted = Filter(states=STATES[asked.state], channels=channels, mine=asked.mine)
    async with call.database.reading() as session:
        page = await inquiries_page(session, call.who, wanted, Order.NEWEST, _place(asked.after))
    call.onlookers.saw(call.who, "inquiries", with_senders(page.rows))
    rows = [schema.Inquiry.model_validate(row.inquiry) for row in page.rows]
    following = f"{page.after[0].isoformat()}~{page.after[1]}" if page.after else None
    return schema.Inquiries(inquiries=rows, next=following)


async def get_inquiry(call: Call) -> schema.WholeInquiry:
    async with call.database.reading() as session:
        row = await inquiry_row(session, call.who, call.id)
        requests = await requests_of(session, row.inquiry.id or 0)
        messages = await chat_messages_of(session, row.inquiry.id or 0)
    call.onlookers.saw(call.who, "inquiries", with_senders([row]))
    shown = schema.Inquiry.model_validate(row.inquiry)
    return schema.WholeInquiry(**shown.model_dump(), requests=requests, messages=messages)


async def create_inquiry(call: Call) -> schema.Opened | Accepted:
    body: schema.NewInquiry = call.sent
    if body.accept is not None:
        return await accept(call.database, None, acceptance_of(body.accept, call.request_key), call.who)
    said = criteria_of(body.said)
    id_ = await write_down(call.database, said, body.subject, body.note, call.request_key, call.who)
    return schema.Opened(inquiry_id=id_)


async def accept_inquiry(call: Call) -> Accepted:
    return await accept(call.database, call.id, acceptance_of(call.sent, call.request_key), call.who)


async def decline_inquiry(call: Call) -> schema.Decided:
    body: schema.Decline = call.sent
    never = NeverAgain(body.ignore.what, body.ignore.days) if body.ignore else None
    action = await decline(call.database, call.id, body.reason.value, body.note, call.who, never)
    return schema.Decided(inquiry_id=call.id, action_id=action)


async def pass_over_inquiry(call: Call) -> schema.Decided:
    action = await needs_no_answer(call.database, call.id, call.who)
    return schema.Decided(inquiry_id=call.id, action_id=action)


async def undo_inquiry(call: Call) -> schema.Undone:
    return schema.Undone(inquiry_id=await undo_decision(call.database, call.id, call.who))


def _place(after: str) -> Place | None:
    if not after:
        return None
    moment, _, id_ = after.rpartition("~")
    try:
        place = datetime.fromisoformat(moment), int(id_)
    except ValueError as error:
        raise Rejected("bad-fields", fields=NO_PAGE) from error
    if place[0].tzinfo is None or not is_sensible(place[0]) or place[1] > LARGEST_ID:
        raise Rejected("bad-fields", fields=NO_PAGE)
    return place

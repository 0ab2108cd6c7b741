"""The search and what it leads to."""

from sqlmodel import select

from intake.errors import NotFound
from intake.model.hits import Found
from intake.wizard.search import search
from storage.access import within
from storage.tables.interests import Interest
from web.api import schema
from web.api.endpoint import Call
from web.api.reading import chosen_of, criteria_of
from web.looked import with_numbers


async def search_all(call: Call) -> Found:
    asked: schema.Search = call.sent
    found = await search(call.database, criteria_of(asked), call.who, chosen_of(asked))
    call.onlookers.saw(call.who, "search", with_numbers(found))
    return found


async def get_interest(call: Call) -> schema.Interest:
    query = select(Interest).where(Interest.id == call.id, within(call.who, Interest))
    async with call.database.reading() as session:
        interest = (await session.exec(query)).first()
    if interest is None:
        raise NotFound("no-such-interest", id=call.id)
    return schema.Interest.model_validate(interest)

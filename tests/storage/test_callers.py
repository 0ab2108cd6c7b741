"""Who calls: known by a number, by one among several, or not at all."""

from intake.model.calls import Step
from storage.database import Database
from storage.tables.parties import Account, Contact, Lead
from storage.tables.people import User
from tests.databases import store
from tests.storage.calling import MARINA, START, Talk, only_inquiry, phone, tell


async def test_the_one_who_has_the_number_is_the_best_guess(database: Database) -> None:
    boris = User(login="boris", name="Борис", password_hash="-")
    account = Account(name="Северный свет")
    await store(database, boris, account)
    contact = Contact(first_name="Марина", account_id=account.id, responsible_id=boris.id)
    await store(database, contact)
    await store(database, phone(contact_id=contact.id), phone(account_id=account.id))

    await tell(database, Talk().start())

    inquiry = await only_inquiry(database)
    assert (inquiry.account_id, inquiry.contact_id, inquiry.lead_id) == (account.id, contact.id, None)
    assert inquiry.responsible_id == boris.id


async def test_a_lead_is_known_by_its_number(database: Database) -> None:
    lead = Lead(last_name="Ковалёва")
    await store(database, lead)
    await store(database, phone(lead_id=lead.id))

    await tell(database, Talk().start())

    assert (await only_inquiry(database)).lead_id == lead.id


async def test_of_several_people_on_one_number_none_is_chosen(database: Database) -> None:
    people = [Contact(first_name="Анна"), Contact(first_name="Борис")]
    await store(database, *people)
    await store(database, *(phone(contact_id=person.id) for person in people))

    await tell(database, Talk().start())

    inquiry = await only_inquiry(database)
    assert (inquiry.contact_id, inquiry.account_id, inquiry.lead_id) == (None, None, None)


async def test_of_several_people_of_one_company_the_company_is_chosen(database: Database) -> None:
    account = Account(name="Ромашка")
    await store(database, account)
    people = [Contact(first_name=name, account_id=account.id) for name in ("Анна", "Борис")]
    await store(database, *people)
    await store(database, *(phone(contact_id=person.id) for person in people))

    await tell(database, Talk().start())

    inquiry = await only_inquiry(database)
    assert (inquiry.account_id, inquiry.contact_id) == (account.id, None)


async def test_an_extension_tells_people_on_one_number_apart(database: Database) -> None:
    people = [Contact(first_name="Анна"), Contact(first_name="Борис")]
    await store(database, *people)
    await store(
        database,
        phone(contact_id=people[0].id, extension="12", shared=True),
        phone(contact_id=people[1].id, extension="15", shared=True),
    )

    await tell(database, Talk(number_raw="8 916 123-45-67 доб. 15").start())

    assert (await only_inquiry(database)).contact_id == people[1].id


async def test_a_shared_line_says_nothing(database: Database) -> None:
    lead = Lead(last_name="Ковалёва")
    await store(database, lead)
    await store(database, phone(lead_id=lead.id, shared=True))

    await tell(database, Talk().start())

    assert (await only_inquiry(database)).lead_id is None


async def test_a_number_that_becomes_known_later_is_looked_up_then(database: Database) -> None:
    lead = Lead(last_name="Ковалёва")
    await store(database, lead)
    await store(database, phone(lead_id=lead.id))
    talk = Talk(None)

    await tell(database, talk.start(), talk.step(Step.UPDATED, number=MARINA))

    inquiry = await only_inquiry(database)
    assert (inquiry.sender, inquiry.lead_id) == (MARINA, lead.id)


async def test_a_talk_is_noted_on_the_cards(database: Database) -> None:
    lead = Lead(last_name="Ковалёва")
    await store(database, lead)
    await store(database, phone(lead_id=lead.id))

    await tell(database, *Talk().whole_answered())

    async with database.reading() as session:
        touched = (await session.get_one(Lead, lead.id)).touched_at
    assert touched is not None
    assert touched >= START

from typing import Any

import pytest

from intake.model.hits import Level
from intake.model.wizard import Chosen, Criteria, Existing, Mode, PartyKind, Shown
from intake.wizard.search import search
from storage.columns import now
from storage.database import Database
from storage.search.keys import MAX_KEYED
from storage.search.names import MAX_NAMED
from storage.search.rebuild import rebuild
from storage.tables import metadata
from storage.tables.interests import Interest, InterestLabel, Label
from storage.tables.parties import Account, Contact, Lead, Point, PointKind
from tests.storage.wizard_world import MARINA, STRANGER, SWITCHBOARD, World, populate

pytestmark = pytest.mark.slow


@pytest.fixture
async def world(database: Database) -> World:
    return await populate(database)


async def people(world: World, criteria: Criteria, chosen: Chosen | None = None) -> list[str]:
    return [hit.name for hit in (await search(world.database, criteria, world.boss, chosen)).contacts]


async def clients(world: World, criteria: Criteria) -> list[str]:
    return [hit.name for hit in (await search(world.database, criteria, world.boss)).clients]


async def add_contact(world: World, name: str, *points: tuple[PointKind, str], **values: Any) -> int:
    id_ = await world.keep(Contact(last_name=name, **values))
    for kind, value in points:
        tail = value[-7:] if kind is PointKind.PHONE else None
        await world.keep(Point(contact_id=id_, kind=kind, value=value, raw=value, tail=tail))
    return id_


async def test_a_caller_is_found_with_the_company_and_why(world: World) -> None:
    found = await search(world.database, Criteria(phone="8 (916) 123-45-67"), world.alice)

    [marina] = found.contacts
    assert (marina.name, marina.level) == ("Ковалёва Марина Сергеевна", Level.EXACT)
    assert [reason.code for reason in marina.reasons] == ["phone"]
    assert (marina.account, marina.open_interests) == ("Северный свет", 1)
    assert next((point.value, point.matched) for point in marina.points) == (MARINA, True)
    [company] = found.clients
    assert (company.name, company.legal_form, company.inn) == ("Северный свет", "ООО", "7801234567")
    assert (company.level, company.reasons[0].code) == (Level.EXACT, "contact-phone")
    assert (company.responsible, company.touched_at is not None) == ("Алиса Орлова", True)
    assert (found.best_client, found.best_contact_id) == (company.ref, marina.id)
    assert [hit.title for hit in found.interests] == ["Замена светильников"]


async def test_a_stranger_is_not_found(world: World) -> None:
    found = await search(world.database, Criteria(phone=STRANGER), world.boss)

    assert (found.clients, found.contacts, found.interests, found.best_client) == ((), (), (), None)


async def test_nothing_typed_finds_nothing(world: World) -> None:
    assert (await search(world.database, Criteria(), world.boss)).clients == ()


async def test_the_last_seven_digits_are_only_possible(world: World) -> None:
    found = await search(world.database, Criteria(phone="+7 495 123-45-67"), world.boss)

    [marina] = found.contacts
    assert (marina.level, marina.reasons[0].code) == (Level.POSSIBLE, "phone-tail")
    assert found.best_contact_id is None


@pytest.mark.parametrize(
    ("typed", "first", "codes"),
    [
        (f"{SWITCHBOARD} доб. 12", "Сомов Пётр", ["phone"]),
        (f"{SWITCHBOARD} доб. 77", "Сомов Пётр", ["other-extension", "phone"]),
        (SWITCHBOARD, "Сомов Пётр", ["other-extension", "phone"]),
    ],
)
async def test_the_extension_counts(world: World, typed: str, first: str, codes: list[str]) -> None:
    found = await search(world.database, Criteria(phone=typed), world.boss)

    assert found.contacts[0].name == first
    reasons = [reason.code for reason in found.contacts[0].reasons if reason.code != "of-account"]
    assert sorted(reasons) == codes
    assert (found.contacts[0].level is Level.EXACT) == (codes == ["phone"])


async def test_several_people_on_one_number_are_listed_last_talk_first_and_none_is_chosen(
    world: World,
) -> None:
    for day, name in enumerate(("Вторая", "Первая", "Третья")):
        touched = now().replace(month=1, day=(2, 3, 1)[day])
        await add_contact(world, name, (PointKind.PHONE, STRANGER), touched_at=touched)

    found = await search(world.database, Criteria(phone=STRANGER), world.boss)

    assert [hit.name for hit in found.contacts] == ["Первая", "Вторая", "Третья"]
    assert (found.best_client, found.best_contact_id) == (None, None)


async def test_a_number_of_many_people_says_little(world: World) -> None:
    for number in range(5):
        await add_contact(world, f"Житель{number}", (PointKind.PHONE, STRANGER))

    found = await search(world.database, Criteria(phone=STRANGER), world.boss)

    assert {hit.level for hit in found.contacts} == {Level.PROBABLE}
    reasons = {reason.code: reason.params for reason in found.contacts[0].reasons}
    assert reasons["shared-number"] == {"value": STRANGER, "people": 5}
    assert found.contacts[0].shared


async def test_a_number_marked_as_shared_says_little_even_of_one(world: World) -> None:
    id_ = await add_contact(world, "Вахта")
    await world.keep(
        Point(contact_id=id_, kind=PointKind.PHONE, value=STRANGER, raw=STRANGER, tail="1112233", shared=True)
    )

    [hit] = (await search(world.database, Criteria(phone=STRANGER), world.boss)).contacts

    assert (hit.shared, hit.level) == (True, Level.PROBABLE)


async def test_all_filled_fields_count_at_once_and_more_of_them_come_first(world: World) -> None:
    await add_contact(world, "Ковалёв")
    await add_contact(world, "Другая", (PointKind.EMAIL, "kovaleva@other.example"))

    found = await search(world.database, Criteria(name="ковал", phone=MARINA, email="kovaleva@"), world.boss)

    assert [hit.name for hit in found.contacts[:2]] == ["Ковалёва Марина Сергеевна", "Ковалёв"]
    assert {reason.code for reason in found.contacts[0].reasons} == {"phone", "name-beginning", "email-part"}
    assert {hit.name for hit in found.contacts} >= {"Ковалёв", "Другая"}


@pytest.mark.parametrize(
    ("mode", "name", "found"),
    [
        (Mode.BEGINNING, "мар ков", True),
        (Mode.BEGINNING, "КОВАЛЕВА", True),
        (Mode.BEGINNING, "алева", False),
        (Mode.BEGINNING, "ковалева ковалева", False),
        (Mode.PART, "алева ари", True),
        (Mode.PART, "алевб", False),
        (Mode.EXACT, "Ковалева Марина Сергеевна", True),
        (Mode.EXACT, "Ковалева Марина", False),
        (Mode.BEGINNING, "100%", False),
        (Mode.PART, "_", False),
    ],
)
async def test_the_three_literal_modes(world: World, mode: Mode, name: str, found: bool) -> None:
    hits = (await search(world.database, Criteria(name=name, mode=mode), world.boss)).contacts

    assert any(hit.id == world.marina for hit in hits) == found


async def test_a_company_is_found_without_its_legal_form_and_with_it(world: World) -> None:
    for typed in ("северный", "ООО «Северный Свет»", "свет север"):
        assert "Северный свет" in await clients(world, Criteria(name=typed)), typed
    exact = Criteria(name='ООО "Северный свет"', mode=Mode.EXACT)
    found = await search(world.database, exact, world.boss)
    assert [reason.code for reason in found.clients[0].reasons] == ["name-exact"]
    assert found.clients[0].level is Level.PROBABLE  # nobody is sure by a name alone


async def test_an_accounts_people_stand_beside_it(world: World) -> None:
    found = await search(world.database, Criteria(name="северный"), world.boss)

    assert {hit.name for hit in found.contacts} == {"Ковалёва Марина Сергеевна", "Сомов Пётр"}
    assert {hit.level for hit in found.contacts} == {Level.RELATED}
    assert found.contacts[0].reasons[0].code == "of-account"


@pytest.mark.parametrize(
    ("criteria", "code", "level"),
    [
        (Criteria(inn="7801234567"), "inn", Level.EXACT),
        (Criteria(inn="7801234567/780101001"), "inn-kpp", Level.EXACT),
        (Criteria(inn="7801234567 780101001"), "inn-kpp", Level.EXACT),
        (Criteria(inn="7801234567/780201001"), "other-kpp", Level.PROBABLE),
        (Criteria(inn="78012"), "inn-part", Level.POSSIBLE),
        (Criteria(inn="12345", mode=Mode.PART), "inn-part", Level.POSSIBLE),
        (Criteria(other="https://www.sevsvet.example/contacts"), "site", Level.PROBABLE),
        (Criteria(email="director@sevsvet.example"), "email-domain", Level.POSSIBLE),
        (Criteria(email="kovaleva@sevsvet.example"), "contact-email", Level.EXACT),
        (Criteria(phone="916 12"), "contact-phone-part", Level.POSSIBLE),
        (Criteria(phone="234", mode=Mode.PART), "contact-phone-part", Level.POSSIBLE),
    ],
)
async def test_keys_find_the_company(world: World, criteria: Criteria, code: str, level: Level) -> None:
    found = await search(world.database, criteria, world.boss)

    [company] = found.clients
    assert code in [reason.code for reason in company.reasons]
    assert company.level is level


async def test_a_potential_client_is_found_by_nick_and_by_name(world: World) -> None:
    for criteria in (Criteria(other="@Vetrov"), Criteria(other="t.me/vetrov"), Criteria(name="ветров олег")):
        found = await search(world.database, criteria, world.boss)
        assert [(hit.kind, hit.person) for hit in found.clients] == [(PartyKind.LEAD, "Ветров Олег")]


async def test_the_number_of_an_interest_finds_whose_it_is(world: World) -> None:
    found = await search(world.database, Criteria(other=f"№ 0{world.interest}"), world.boss)

    assert next(hit.name for hit in found.contacts) == "Ковалёва Марина Сергеевна"
    assert found.contacts[0].reasons[0].code == "interest-number"


async def test_choosing_a_client_narrows_to_its_people_and_interests(world: World) -> None:
    await add_contact(world, "Ковалёв")
    chosen = Chosen(Existing(PartyKind.ACCOUNT, world.account))

    found = await search(world.database, Criteria(name="ковал"), world.boss, chosen)

    assert [hit.name for hit in found.contacts] == ["Ковалёва Марина Сергеевна", "Сомов Пётр"]
    assert [hit.id for hit in found.interests] == [world.interest]
    lead = Chosen(Existing(PartyKind.LEAD, world.lead))
    found = await search(world.database, Criteria(name="ковал"), world.boss, lead)
    assert (found.contacts, found.interests) == ((), ())
    assert [hit.id for hit in found.clients if hit.kind is PartyKind.LEAD] == [world.lead]


async def test_choosing_a_contact_narrows_to_their_interests(world: World) -> None:
    await world.keep(Interest(title="Другое", status_id=world.status, contact_id=world.pyotr))
    common = await world.keep(Interest(title="Общее", status_id=world.won, account_id=world.account))
    chosen = Chosen(contact_id=world.marina)

    everything = Criteria(name="ков", interests=Shown.ALL)
    found = await search(world.database, everything, world.boss, chosen)

    assert [hit.id for hit in found.interests] == [world.interest, common]
    assert (found.active, found.closed) == (1, 1)
    closed = await search(world.database, Criteria(name="ков", interests=Shown.CLOSED), world.boss, chosen)
    assert [hit.id for hit in closed.interests] == [common]


async def test_an_interest_shows_its_status_and_labels(world: World) -> None:
    label = await world.keep(Label(name="склад", folded="склад"))
    await world.keep_link(InterestLabel(interest_id=world.interest, label_id=label))

    [hit] = (await search(world.database, Criteria(phone=MARINA), world.boss)).interests

    assert (hit.pipeline, hit.status, hit.open, hit.labels) == ("Продажи", "Новый", True, ("склад",))
    assert hit.responsible == "Алиса Орлова"


async def test_what_was_saved_a_moment_ago_is_found_and_what_was_renamed_is_found_anew(world: World) -> None:
    id_ = await world.keep(Account(name="Ёлка-М", legal_form="АО"))
    assert await clients(world, Criteria(name="елка")) == ["Ёлка-М"]

    async with world.database.transaction() as session:
        (await session.get_one(Account, id_)).name = "Сосна"

    assert await clients(world, Criteria(name="елка")) == []
    assert await clients(world, Criteria(name="сосна")) == ["Сосна"]
    async with world.database.transaction() as session:
        await session.delete(await session.get_one(Account, id_))
    assert await clients(world, Criteria(name="сосна")) == []


async def test_what_was_imported_past_the_session_is_found_after_indexing(world: World) -> None:
    row = {"last_name": "Оптовиков", "first_name": "", "middle_name": "", "folded": "", "from_lead": False}
    row |= {"do_not_call": True, "do_not_email": False, "created_at": now(), "updated_at": now()}
    async with world.database.transaction() as session:
        connection = await session.connection()
        await connection.execute(metadata.tables["contact"].insert(), [row])
        await connection.run_sync(rebuild)

    [hit] = (await search(world.database, Criteria(name="опт"), world.boss)).contacts

    assert (hit.name, hit.do_not_call) == ("Оптовиков", True)
    assert await people(world, Criteria(name="ковалева")) == ["Ковалёва Марина Сергеевна"]


async def test_a_name_that_everybody_has_is_found_in_part_and_says_so(world: World) -> None:
    common = {"first_name": "Иван", "middle_name": "", "from_lead": False, "do_not_call": False}
    common |= {"do_not_email": False, "created_at": now(), "updated_at": now(), "folded": ""}
    rows = [common | {"last_name": f"Петров{number}"} for number in range(1_500)]
    async with world.database.transaction() as session:
        connection = await session.connection()
        await connection.execute(metadata.tables["contact"].insert(), rows)
        await connection.run_sync(rebuild)

    found = await search(
        world.database, Criteria(name="иван", mode=Mode.BEGINNING, limit=MAX_NAMED), world.boss
    )

    assert found.more
    assert {hit.name.split()[1] for hit in found.contacts} == {"Иван"}
    assert await people(world, Criteria(name="иван петров17")) != []
    await world.keep(Point(contact_id=found.contacts[0].id + 900, kind=PointKind.EMAIL, value="x@y.example"))
    both = await search(world.database, Criteria(name="иван", email="x@y.example"), world.boss)
    assert {reason.code for reason in both.contacts[0].reasons} == {"email", "name-words"}


async def test_own_team_and_all(world: World) -> None:
    """The client is Alice's; Bob is in her team; Charlie is not, and the boss sees everything."""
    seen = {}
    for who in (world.alice, world.bob, world.charlie, world.boss):
        found = await search(world.database, Criteria(phone=MARINA, name="северный", inn="7801234567"), who)
        seen[who.name] = (len(found.clients), len(found.contacts), len(found.interests))

    everything = (1, 2, 1)
    assert seen == {
        "Алиса Орлова": everything,
        "Борис Ильин": everything,
        "Чарли Зимин": (0, 0, 0),
        "Вера Павловна": everything,
    }


async def test_what_belongs_to_nobody_is_seen_by_everybody(world: World) -> None:
    await world.keep(Lead(last_name="Ничейный"))

    for who in (world.alice, world.charlie):
        assert len((await search(world.database, Criteria(name="ничейный"), who)).clients) == 1


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE contact; --", "%", "_", "\\", "\x00", "я" * 5000, "🙂", "1" * 400]
)
async def test_odd_text_in_every_field_does_no_harm(world: World, text: str) -> None:
    for mode in Mode:
        criteria = Criteria(text, text, text, text, text, text, mode)
        found = await search(world.database, criteria, world.boss, Chosen(contact_id=999_999_999))
        assert found.contacts == ()


@pytest.mark.parametrize(
    ("criteria", "code", "value"),
    [
        (Criteria(phone="+7 916 123-45-68"), "phone-near", MARINA),
        (Criteria(phone="8 916 132 45 67"), "phone-near", MARINA),
        (Criteria(phone="8 961 123 45 67"), "phone-near", MARINA),
        (Criteria(phone="8 916 123 455 67"), "phone-near", MARINA),
        (Criteria(other="тел. +7 916 123-45-68"), "phone-near", MARINA),
        (Criteria(email="kovalewa@sevsvet.example"), "email-near", "kovaleva@sevsvet.example"),
        (Criteria(email="kovaleva@sevsvte.example"), "email-near", "kovaleva@sevsvet.example"),
    ],
)
async def test_one_sign_wrong_in_a_key_still_finds_whose_it_is_and_never_surely(
    world: World, criteria: Criteria, code: str, value: str
) -> None:
    found = await search(world.database, criteria, world.boss)

    marina = found.contacts[0]
    assert (marina.id, marina.level) == (world.marina, Level.POSSIBLE)
    assert code in [reason.code for reason in marina.reasons]
    assert next(reason.params for reason in marina.reasons if reason.code == code)["value"] == value
    assert f"contact-{code}" in [reason.code for reason in found.clients[0].reasons]
    assert (found.best_client, found.best_contact_id) == (None, None)


async def test_a_key_that_is_nearly_right_is_not_looked_for_beside_one_that_is(world: World) -> None:
    await add_contact(world, "Соседов", (PointKind.PHONE, "+79161234568"))

    found = await search(world.database, Criteria(phone=MARINA), world.boss)

    assert [hit.id for hit in found.contacts] == [world.marina]


@pytest.mark.parametrize("mode", [Mode.BEGINNING, Mode.PART, Mode.EXACT])
async def test_the_literal_modes_forgive_no_sign_of_a_key(world: World, mode: Mode) -> None:
    for criteria in (
        Criteria(phone="+7 961 123 45 76", mode=mode),
        Criteria(email="kovalewa@other.example", mode=mode),
        Criteria(inn="7801234574", mode=mode),
    ):
        assert (await search(world.database, criteria, world.boss)).contacts == ()


async def test_a_wrong_digit_in_an_inn_finds_the_company_by_its_control_sum(world: World) -> None:
    id_ = await world.keep(Account(name="Банк", inn="7707083893"))
    await world.keep(Lead(organisation="Филиал", inn="7707083893"))

    found = await search(world.database, Criteria(inn="7707083983"), world.boss)

    assert {(hit.name, hit.level) for hit in found.clients} == {
        ("Банк", Level.POSSIBLE),
        ("Филиал", Level.POSSIBLE),
    }
    assert {hit.reasons[0].code for hit in found.clients} == {"inn-near"}
    assert next(hit for hit in found.clients if hit.id == id_).reasons[0].params["value"] == "7707083893"


async def test_a_near_key_and_the_name_together_are_probable(world: World) -> None:
    criteria = Criteria(name="Ковалева Марина", phone="+7 916 123-45-68")

    [marina, *_] = (await search(world.database, criteria, world.boss)).contacts

    assert (marina.id, marina.level) == (world.marina, Level.PROBABLE)


async def test_another_inn_than_the_one_typed_counts_against_the_callers_company(world: World) -> None:
    found = await search(world.database, Criteria(phone=MARINA, inn="7707083893"), world.boss)

    assert {hit.id: hit.level for hit in found.contacts}[world.marina] is Level.PROBABLE
    assert found.clients[0].level is Level.POSSIBLE
    assert "other-inn" in {reason.code for reason in found.clients[0].reasons}
    assert (found.best_client, found.best_contact_id) == (None, None)


async def test_of_two_on_one_number_the_one_with_the_name_comes_first(world: World) -> None:
    both = [await add_contact(world, name, (PointKind.PHONE, STRANGER)) for name in ("Жуков", "Сидоров")]

    criteria = Criteria(name="Сидоров", phone=STRANGER)
    assert [hit.id for hit in (await search(world.database, criteria, world.boss)).contacts][:2] == both[::-1]


async def test_a_name_that_many_have_says_less_than_one_that_few_have(world: World) -> None:
    await add_contact(world, "Иванов", first_name="Иван")
    words = metadata.tables["search_word"]
    many = words.update().where(words.c.text.in_(["иванов", "иван"])).values(records=200_000)
    async with world.database.transaction() as session:
        await (await session.connection()).execute(many)

    [common] = (await search(world.database, Criteria(name="Иванов Иван"), world.boss)).contacts
    rare = (await search(world.database, Criteria(name="Сомов Пётр"), world.boss)).contacts[0]

    assert (common.level, rare.level) == (Level.POSSIBLE, Level.PROBABLE)
    assert common.score < rare.score / 2


async def test_how_many_have_a_number_is_counted_beyond_those_that_are_fetched(world: World) -> None:
    rows = [
        {"contact_id": world.marina, "kind": PointKind.PHONE, "value": STRANGER, "raw": "", "shared": False}
        | {"main": False, "tail": "1112233", "created_at": now()}
        for _ in range(MAX_KEYED)
    ]
    async with world.database.transaction() as session:
        await (await session.connection()).execute(metadata.tables["contact_point"].insert(), rows)
    for number in range(5):
        await add_contact(world, f"Житель{number}", (PointKind.PHONE, STRANGER))

    found = await search(world.database, Criteria(phone=STRANGER), world.boss)

    shared = next(reason for reason in found.contacts[0].reasons if reason.code == "shared-number")
    assert shared.params["people"] == 6


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    "name",
    ["Ковалёва Марина Сергеевна", "Ковалеав Марина", "Rjdfktdf Vfhbyf", "Северный свет", "Ветров Олег"],
)
async def test_a_name_alone_chooses_nobody(world: World, mode: Mode, name: str) -> None:
    found = await search(world.database, Criteria(name=name, mode=mode), world.boss)
    assert (found.best_client, found.best_contact_id) == (None, None)
    assert all(hit.level is not Level.EXACT for hit in (*found.clients, *found.contacts))


async def test_a_name_that_is_only_alike_chooses_nobody_of_a_shared_number(world: World) -> None:
    for first in ("Анна", "Вера", "Дарья"):
        someone = await world.keep(Contact(last_name="Сёмин", first_name=first))
        await world.keep(
            Point(kind=PointKind.PHONE, value=SWITCHBOARD, raw=SWITCHBOARD, contact_id=someone, shared=True)
        )
    for name in ("Сомав Пётр", "Сомов Петя", "Cjvjd Gtnh"):
        found = await search(world.database, Criteria(name=name, phone=SWITCHBOARD), world.boss)
        assert found.best_contact_id is None

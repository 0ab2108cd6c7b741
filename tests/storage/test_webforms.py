"""Forms as they are drawn and kept, on both engines."""

import pytest
from sqlmodel import select

from intake.errors import Conflict, NotFound
from intake.model.forms import FieldKind, FormField
from storage.access import COMMAND_LINE as WHO
from storage.columns import now
from storage.database import Database
from storage.history import stored_id
from storage.setup import new_consent
from storage.tables.forms import Submission, WebForm
from storage.tables.history import Change
from storage.tables.inquiries import InquiryEvent
from storage.webforms import (
    consent_texts,
    every_form,
    fields_of,
    form_of_channel,
    keep_form,
    kept_fields,
    remove_form,
    web_form_by_key,
)
from tests.databases import store

pytestmark = pytest.mark.slow

PHONE = FormField("telefon", "Телефон", FieldKind.PHONE, "phone", required=True)
CHOICE = FormField("tsvet", "Цвет", FieldKind.CHOICE, options=("Красный", "Синий"))


async def drawn(database: Database, name: str = "Сайт", **values: object) -> WebForm:
    async with database.transaction() as session:
        return await keep_form(session, None, {"name": name, **values}, WHO)


async def known(database: Database, form: WebForm) -> WebForm:
    """As it is kept now."""
    async with database.reading() as session:
        found = await web_form_by_key(session, form.key)
    assert found is not None
    return found


async def test_a_form_is_found_by_its_key_and_by_its_channel(database):
    form = await drawn(database)
    assert (await known(database, form)).id == form.id
    async with database.reading() as session:
        assert await form_of_channel(session, f"form:{form.id}") is not None
        assert await web_form_by_key(session, "0" * 500) is None
        for channel in ("form:", "form:x", "form:99999999999", f"mail:{form.id}", f"form:{form.id}1"):
            assert await form_of_channel(session, channel) is None


async def test_a_changed_form_keeps_its_key_and_its_secret(database):
    form = await drawn(database)
    async with database.transaction() as session:
        changed = await keep_form(session, form.id, {"name": "Сайт", "title": "Заявка"}, WHO)
    assert changed.title == "Заявка"
    assert (changed.key, changed.secret) == (form.key, form.secret)
    assert len(form.secret) > 30
    async with database.reading() as session:
        logged = (await session.exec(select(Change))).all()
    assert len(logged) == 2
    assert form.secret not in str([(change.before, change.after) for change in logged])


async def test_two_forms_have_two_names_and_two_keys(database):
    first, second = await drawn(database), await drawn(database, "Другой сайт")
    assert first.key != second.key
    with pytest.raises(Conflict):
        await drawn(database)
    async with database.reading() as session:
        assert [form.name for form in await every_form(session)] == ["Другой сайт", "Сайт"]


async def test_fields_come_back_as_they_were_drawn(database):
    form = await drawn(database, fields=kept_fields((PHONE, CHOICE)))
    assert fields_of(await known(database, form)) == (PHONE, CHOICE)


async def test_what_another_version_of_ours_has_kept_of_a_field_does_no_harm():
    kept = {"name": "x", "label": "X", "of-tomorrow": 1}
    assert fields_of(WebForm(key="k", name="n", secret="s", fields=[kept])) == (FormField("x", "X"),)


async def test_the_newest_wording_of_each_purpose_is_shown(database):
    async with database.transaction() as session:
        for purpose, text in (("реклама", "old"), ("данные", "only"), ("реклама", "new")):
            await new_consent(session, purpose, text, WHO)
    async with database.reading() as session:
        newest = await consent_texts(session)
    assert {purpose: (text.text, text.version) for purpose, text in newest.items()} == {
        "реклама": ("new", 2),
        "данные": ("only", 1),
    }


async def test_a_form_nobody_has_filled_in_is_removed(database):
    form = await drawn(database)
    async with database.transaction() as session:
        assert await remove_form(session, stored_id(form), WHO)
    async with database.transaction() as session:
        with pytest.raises(NotFound):
            await remove_form(session, stored_id(form), WHO)


async def test_a_form_with_submissions_is_only_switched_off(database):
    form = await drawn(database)
    event = InquiryEvent(channel=f"form:{form.id}", external_id="1", kind="FormEvent", at=now())
    (event_id,) = await store(database, event)
    await store(database, Submission(form_id=stored_id(form), event_id=event_id))
    async with database.transaction() as session:
        assert not await remove_form(session, stored_id(form), WHO)
    assert not (await known(database, form)).enabled

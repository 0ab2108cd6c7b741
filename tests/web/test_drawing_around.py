"""What stands around the forms' editor: the list, the preview, the installation."""

import html
import json
import re

import pytest
from sqlmodel import select

from storage.access import COMMAND_LINE
from storage.columns import now
from storage.history import stored_id
from storage.setup import new_consent
from storage.tables.forms import Submission, SubmissionState
from storage.tables.inquiries import InquiryEvent
from tests.databases import store
from tests.site import Site
from tests.web.drawings import FORM, PHONE, WHOLE, boss_of, boss_with_a_form, kept, labels

pytestmark = pytest.mark.slow

TAKEN = SubmissionState.TAKEN


@pytest.mark.parametrize("start", ["callback", "request", "price", "empty", "<script>"])
async def test_every_start_is_shown_with_its_preview(site: Site, start: str):
    boss = await boss_of(site)
    page = await (await boss.get("/settings/forms/draw", params={"start": start})).text()
    assert "Phone" in labels(page)
    preview = await boss.get("/settings/forms/preview", params={"start": start})
    assert preview.status == 200
    assert 'type="tel"' in await preview.text()


async def test_after_it_is_made_one_is_told_how_to_install_it(site: Site):
    boss = await boss_of(site)
    answer = await boss.post("/settings/forms/draw", data=WHOLE)
    form = await kept(site)
    page = await answer.text()
    assert answer.url.path == f"/settings/forms/{form.id}/install"
    assert page.count(form.key) >= 4
    assert f"/f/{form.key}/tilda" in page
    assert "telefon" in page
    assert form.secret not in page


async def test_the_preview_is_what_visitors_get_of_what_is_typed_right_now(site: Site):
    boss = await boss_of(site)
    answer = await boss.post("/settings/forms/preview", data=WHOLE | {"title": "Пишите <i>", "f1.label": ""})
    page = await answer.text()
    for shown in (
        "Пишите &lt;i&gt;",
        'type="tel"',
        "Согласен на обработку данных.",
        "--form-accent: #2563eb",
    ):
        assert shown in page
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    thanks = {"shown": "thanks", "thanks": "Ваш номер {number}"}
    page = await (await boss.post("/settings/forms/preview", data=WHOLE | thanks)).text()
    assert "Ваш номер 1024" in page


async def test_the_preview_speaks_the_forms_language_and_its_warnings_the_viewers(site: Site):
    boss = await boss_of(site)
    page = await (await boss.post("/settings/forms/preview", data=FORM | PHONE)).text()
    assert "Отправить" in page
    assert "It asks for no consent" in page


async def test_the_preview_survives_anything(site: Site):
    boss = await boss_of(site)
    garbage = {
        "accent": "}</style><script>",
        "radius": "-1",
        "f9.kind": "x",
        "f9.purpose": "+",
        "f9.target": "y",
    }
    answer = await boss.post("/settings/forms/preview", data=garbage)
    assert answer.status == 200
    assert "<script>" not in await answer.text()
    assert (await boss.post("/settings/forms/preview")).status == 200


async def test_the_secret_of_tilda_is_made_kept_and_given_up(site: Site):
    boss = await boss_with_a_form(site, tilda="yes")
    made = (await kept(site)).tilda_secret
    assert len(made) == 32
    assert made in await (await boss.get("/settings/forms/1/install")).text()
    assert made not in await (await boss.get("/settings/forms/1")).text()
    await boss.post("/settings/forms/1", data=WHOLE | {"f2.purpose": "данные", "tilda": "yes"})
    assert (await kept(site)).tilda_secret == made
    await boss.post("/settings/forms/1", data=WHOLE | {"f2.purpose": "данные"})
    assert (await kept(site)).tilda_secret == ""


async def test_the_list_says_what_came_and_what_waits(site: Site):
    boss = await boss_with_a_form(site)
    assert "nothing came yet" in await (await boss.get("/settings/forms")).text()
    form = await kept(site)
    for number, state in enumerate((TAKEN, TAKEN, SubmissionState.HELD)):
        event = InquiryEvent(channel="form:1", external_id=str(number), kind="FormEvent", at=now())
        (event_id,) = await store(site.database, event)
        came = Submission(form_id=stored_id(form), event_id=event_id, state=state)
        await store(site.database, came)
    for path in ("/settings/forms", "/settings/forms/list"):
        page = await (await boss.get(path)).text()
        assert "takes requests" in page
        assert "1 waits to be looked at" in page
        assert '<td class="end num">2</td>' in page
    page = await (await boss.post("/settings/forms/1/remove")).text()
    assert "Switched off" in page
    assert not (await kept(site)).enabled


async def test_plain_html_and_the_program_ask_for_every_field(site: Site):
    boss = await boss_of(site)
    async with site.database.transaction() as session:
        await new_consent(session, "данные", "Согласен на обработку данных.", COMMAND_LINE)
    fields = {"f3.label": "Тема \"'<", "f3.kind": "choice", "f3.options": "А & Б\nВ'Г", "f3.target": "wanted"}
    fields |= {"f4.label": "Бумаги", "f4.kind": "file", "f4.many": "yes"}
    known = {"f2.purpose": "данные", "f2.new_purpose": "", "f2.wording": ""}
    answer = await boss.post("/settings/forms/draw", data=WHOLE | known | fields)
    page = await answer.text()
    assert answer.url.path.endswith("/install")
    assert "multipart/form-data" in page
    for escaped in ("name=&#34;telefon&#34;", "value=&#34;text-1&#34;", "A &amp;amp;".replace("A", "А")):
        assert escaped in page, escaped


async def test_programs_are_told_under_which_names_to_send(site: Site):
    boss = await boss_with_a_form(site)
    answer = await boss.get("/api/v1/forms")
    (form,) = (await answer.json())["forms"]
    assert form["key"] == (await kept(site)).key
    assert [(field["name"], field["required"], field["text_id"]) for field in form["fields"]] == [
        ("telefon", True, None),
        ("soglasen", False, 1),
    ]
    assert not [name for name in form if "secret" in name]


async def test_what_is_to_be_copied_is_taken_by_the_door(site: Site):
    boss = await boss_with_a_form(site, **{"f2.required": "yes"})
    page = html.unescape(await (await boss.get("/settings/forms/1/install")).text())
    form, visitor = await kept(site), await site.browser()
    plain = page.partition('<pre id="html"')[2].partition("</form>")[0]
    assert "Согласен на обработку данных." in plain
    sent = {
        "telefon": "+7 916 123-45-67",
        "soglasen": re.findall(r'name="soglasen" value="([^"]+)"', plain)[0],
    }
    answer = await visitor.post(f"/f/{form.key}", data=sent, allow_redirects=False)
    assert answer.status == 303, await answer.text()
    program = json.loads(page.partition("-d '")[2].partition("'</code>")[0])
    answer = await visitor.post(f"/f/{form.key}", json=program, headers={"Idempotency-Key": "order-1024"})
    assert answer.status in (200, 201), await answer.text()
    async with site.database.reading() as session:
        came = (await session.exec(select(Submission))).all()
    assert [(one.problems, one.said["phone"]) for one in came] == [({}, "+7 916 123-45-67")] * 2

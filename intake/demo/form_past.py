"""Requests by forms of the days before: those that became interests, those that wait, those that are held."""

from datetime import datetime, timedelta
from random import Random

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.channels.forms.understanding import understood
from intake.demo.facts import Wish, World
from intake.demo.forms import draw_forms
from intake.demo.letter_past import ACCEPTED as LETTERS
from intake.demo.letter_past import past_wishes
from intake.demo.visitors import AGENT, PAGE, Filled, Visitors
from intake.demo.writers import Writer
from intake.model.forms import FormEvent, Suspicion, Taken, Upload
from intake.reception import Reception
from storage.database import Database
from storage.files import Files
from storage.tables.automation import CustomValue
from storage.tables.forms import WebForm
from storage.tables.inquiries import Inquiry, InquiryState
from storage.tables.interests import Interest
from storage.tables.work import Consent, ConsentText
from storage.webforms import fields_of

ACCEPTED = 10  # past requests that became interests
ROBOT = (Suspicion.HONEYPOT, Suspicion.TOO_QUICK, Suspicion.LINKS)


class Door:
    """What the service's door makes of a request, without the way to it."""

    def __init__(self, forms: list[WebForm], texts: dict[str, ConsentText], files: Files) -> None:
        self.forms, self._files = forms, files
        self._texts = {purpose: [text.id or 0] for purpose, text in texts.items()}

    def event(self, filled: Filled, at: datetime, number: int) -> FormEvent:
        form = self.forms[filled.place]
        files = (self._upload(filled.picture),) if filled.picture else ()
        meant = understood(filled.typed, fields_of(form), self._texts, [one.field for one in files])
        return FormEvent(
            channel=f"form:{form.id}", external_id=f"past-{number}", earlier="", same_minutes=0, at=at,
            form_id=form.id or 0, form_name=form.name, values=meant.values, said=meant.said,
            ticks=meant.ticks, files=files, problems=meant.problems, held=ROBOT if filled.robot else (),
            address="203.0.113.77" if filled.robot else f"198.51.100.{number % 250}", agent=AGENT, page=PAGE,
            referrer="https://ya.ru/", utm=filled.came, via="html" if filled.robot else "script",
        )  # fmt: skip

    def _upload(self, picture: bytes) -> Upload:
        return Upload("plan", "объект.png", "image/png", len(picture), self._files.keep(picture))


async def write_requests(database: Database, reception: Reception, files: Files, world: World) -> list[str]:
    """Through the reception, as if they came now; the forms' keys."""
    rng = Random(world.seed + 1)
    async with database.transaction() as session:
        forms, texts = await draw_forms(session)
    door, visitors = Door(forms, texts, files), Visitors(world, rng)
    wishes = past_wishes(world)[:-LETTERS][-ACCEPTED:]
    for number, (wish, writer) in enumerate(wishes):
        event = _asked(door, visitors, wish, writer, number)
        taken = await reception.receive(event)
        async with database.transaction() as session:
            await _accept(session, wish, event, taken, rng)
    fresh = [visitors.request(), visitors.call_back(), visitors.mistyped(), *(visitors.robot(),) * 3]
    for number, filled in enumerate(fresh, len(wishes)):
        at = world.now - timedelta(minutes=rng.randrange(2, 170))
        await reception.receive(door.event(filled, at, number))
    return [form.key for form in forms]


def _asked(door: Door, visitors: Visitors, wish: Wish, writer: Writer, number: int) -> FormEvent:
    wanted = f"{wish.title.partition(' — ')[0]}. {wish.wanted}."
    return door.event(visitors.request(writer, wanted), wish.inquired_at, number)


async def _accept(session: AsyncSession, wish: Wish, event: FormEvent, taken: Taken, rng: Random) -> None:
    """What became of it, whose the consents are, and what the form asked."""
    same = (Interest.title == wish.title, Interest.inquired_at == wish.inquired_at)
    interest = (await session.exec(select(Interest).where(*same).limit(1))).first()
    if interest is None or taken.inquiry_id is None:
        return
    closed = wish.inquired_at + timedelta(minutes=rng.randrange(3, 60))
    whose = {
        "account_id": interest.account_id, "contact_id": interest.contact_id, "lead_id": interest.lead_id,
        "interest_id": interest.id,
    }  # fmt: skip
    became = {
        "state": InquiryState.ACCEPTED, "closed_at": closed, "answered_at": closed,
        "responsible_id": interest.responsible_id,
    }  # fmt: skip
    interest.utm = dict(event.utm)
    session.add_all(
        CustomValue(owner="interest", owner_id=interest.id or 0, label=label, value=value)
        for name, label, value in event.values
        if name == "area"
    )
    await session.exec(update(Inquiry).where(col(Inquiry.id) == taken.inquiry_id).values(**became, **whose))
    await session.exec(update(Consent).where(col(Consent.inquiry_id) == taken.inquiry_id).values(**whose))

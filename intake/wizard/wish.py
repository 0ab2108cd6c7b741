"""Step two, on what is wanted: the interest created or linked, and what is hung on it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Rejected
from intake.matching.names import fold
from intake.model.moments import is_sensible
from intake.model.wizard import Acceptance, ConsentGiven, CreateInterest, LinkInterest, NextStep
from intake.wizard.letter_words import gist, wish_of
from intake.wizard.sides import Sides
from storage import interests
from storage.access import Actor
from storage.columns import now
from storage.history import Journal, stored_id
from storage.parties import fit
from storage.tables.inquiries import Channel, Inquiry
from storage.tables.interests import Interest, InterestLabel, InterestMember, StatusKind
from storage.tables.people import User
from storage.tables.work import Consent, ConsentText, Task, TaskKind

TITLE = 300  # letters, as long as the column
SERVICE = 120  # letters of what is wanted that go into the title
MAX_TEXT = 20_000  # letters of what is wanted, and of a note
MAX_AMOUNT = Decimal(10) ** 14
MAX_UTM = 20
GIVEN = frozenset({"oral", "form", "letter", "chat", "paper"})


async def wanted(
    session: AsyncSession, j: Journal, acceptance: Acceptance, sides: Sides, inquiry: Inquiry, who: Actor
) -> Interest:
    """The interest of this acceptance, with its labels and co-executors."""
    match acceptance.interest:
        case LinkInterest(id_):
            interest = await interests.interest_to_change(session, id_, who)
            _check_theirs(interest, sides)
        case CreateInterest() as wish:
            interest = await _create(session, j, wish, sides, inquiry, who)
    await _add_labels(session, j, interest, acceptance.labels)
    return interest


async def hang(
    session: AsyncSession,
    j: Journal,
    acceptance: Acceptance,
    interest: Interest,
    inquiry: Inquiry,
    who: Actor,
) -> None:
    """The next step and the consent."""
    about: dict[str, Any] = {
        "account_id": interest.account_id, "contact_id": interest.contact_id, "lead_id": interest.lead_id,
        "interest_id": interest.id, "inquiry_id": inquiry.id,
    }  # fmt: skip
    if acceptance.next_step is not None:
        await _plan(session, j, acceptance.next_step, interest, about, who)
    if acceptance.consent is not None:
        await _record_consent(session, j, acceptance.consent, about, who)


def title_of(wish: str, person: str) -> str:
    """«the service wanted — the person's name»: found without any filter."""
    service = next((line.strip() for line in wish.splitlines() if line.strip()), "")
    if len(service) > SERVICE:
        service = service[:SERVICE].rsplit(" ", 1)[0] + "…"
    return " — ".join(part for part in (service, person) if part)[:TITLE]


async def suggested_responsible(
    session: AsyncSession, sides: Sides, inquiry_id: int | None, who: Actor
) -> tuple[int | None, str]:
    """Who should have it, and why: the client's own (own), who talked with them last (last), me (me)."""
    for card in (sides.contact, sides.account, sides.lead):
        if card is not None and card.responsible_id is not None:
            user = await session.get(User, card.responsible_id)
            if user is not None and user.active:
                return user.id, "own"
    for ref in sides.refs:
        talked = await interests.last_talked(session, (ref.kind, ref.id), inquiry_id)
        if talked is not None:
            return talked.id, "last"
    return who.user_id, "me"


def _check_theirs(interest: Interest, sides: Sides) -> None:
    """An inquiry is not linked to another client's interest; one that is nobody's yet is anybody's."""
    pairs = (
        (interest.account_id, sides.ids["account_id"]),
        (interest.contact_id, sides.ids["contact_id"]),
        (interest.lead_id, sides.ids["lead_id"]),
    )
    if any(theirs for theirs, _ in pairs) and not any(theirs and theirs == ours for theirs, ours in pairs):
        raise Rejected("interest-of-another", interest=interest.id)


async def _create(
    session: AsyncSession, j: Journal, wish: CreateInterest, sides: Sides, inquiry: Inquiry, who: Actor
) -> Interest:
    status = await interests.status(session, wish.status_id)
    title = fit("title", wish.title, TITLE) or title_of(_service(wish, inquiry), sides.person)
    title = title or _unnamed(inquiry)
    interest = Interest(
        title=title,
        folded=fold(title)[:TITLE],
        wanted=fit("wanted", wish.wanted, MAX_TEXT) or None,
        source=fit("source", wish.source, 120) or None,
        utm={fit("utm", key, 60): fit("utm", value, 500) for key, value in wish.utm[:MAX_UTM]},
        amount=_amount(wish.amount),
        status_id=stored_id(status),
        responsible_id=await _responsible(session, wish.responsible_id, sides, inquiry, who),
        due=_aware("due", wish.due),
        inquired_at=inquiry.opened_at,
        closed_at=None if status.kind is StatusKind.OPEN else now(),
        created_by=who.user_id,
        **sides.ids,
    )
    await j.add(interest)
    for user_id in dict.fromkeys(wish.members):
        await interests.worker(session, user_id)
        await j.add(InterestMember(interest_id=stored_id(interest), user_id=user_id))
    return interest


async def _responsible(
    session: AsyncSession, wished: int | None, sides: Sides, inquiry: Inquiry, who: Actor
) -> int | None:
    if wished is None:
        return (await suggested_responsible(session, sides, inquiry.id, who))[0]
    await interests.worker(session, wished)
    return wished


def _service(wish: CreateInterest, inquiry: Inquiry) -> str:
    """Of a letter its subject says it; what was written into a form may begin with a greeting, too."""
    if inquiry.channel is Channel.FORM:
        return gist(wish.wanted) or inquiry.subject or ""
    return wish_of(inquiry.subject or "", wish.wanted) if inquiry.channel is Channel.LETTER else wish.wanted


def _unnamed(inquiry: Inquiry) -> str:
    return (inquiry.sender_name or inquiry.sender or inquiry.subject or f"№ {inquiry.id}")[:TITLE]


def _amount(amount: Decimal | None) -> Decimal | None:
    if amount is None:
        return None
    if not amount.is_finite() or not 0 <= amount < MAX_AMOUNT:
        raise Rejected("bad-amount", field="amount")
    return amount.quantize(Decimal("0.01"))


def _aware(name: str, moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise Rejected("no-time-zone", field=name)
    if moment is not None and not is_sensible(moment):
        raise Rejected("bad-moment", field=name)
    return moment


async def _add_labels(session: AsyncSession, j: Journal, interest: Interest, names: tuple[str, ...]) -> None:
    if not names:
        return
    worn = await interests.label_ids_of(session, stored_id(interest))
    for label in await interests.labels_named(session, names):
        if label.id is None:
            await j.add(label)
        if label.id not in worn:
            await j.add(InterestLabel(interest_id=stored_id(interest), label_id=stored_id(label)))


async def _plan(
    session: AsyncSession,
    j: Journal,
    step: NextStep,
    interest: Interest,
    about: dict[str, Any],
    who: Actor,
) -> None:
    try:
        kind = TaskKind(step.kind)
    except ValueError:
        raise Rejected("no-such-choice", field="next_step", value=step.kind[:40]) from None
    if step.responsible_id is not None:
        await interests.worker(session, step.responsible_id)
    task = Task(
        kind=kind,
        title=fit("next_step", step.title, TITLE) or interest.title,
        due=_aware("next_step", step.due),
        responsible_id=step.responsible_id or interest.responsible_id,
        created_by=who.user_id,
        **about,
    )
    await j.add(task)


async def _record_consent(
    session: AsyncSession, j: Journal, consent: ConsentGiven, about: dict[str, Any], who: Actor
) -> None:
    if await session.get(ConsentText, consent.text_id) is None or consent.given not in GIVEN:
        raise Rejected("no-such-choice", field="consent", value=consent.text_id)
    await j.add(Consent(text_id=consent.text_id, given=consent.given, recorded_by=who.user_id, **about))

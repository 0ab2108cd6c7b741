"""The composer as it is shown: what is typed, or what an answer begins with."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import IntakeError
from intake.letters.outgoing.letter import new_token
from intake.letters.outgoing.policy import WhyNot
from intake.letters.outgoing.quoting import answer_subject
from intake.matching.people import read_person
from intake.model.letters import LetterKind
from intake.model.wizard import Existing, PartyKind
from storage.access import Actor
from storage.answers_allowed import able_mailboxes, why_not
from storage.cards import party_card
from storage.inquiries import company_name, inquiry_row, person_name
from storage.letter_drafts import draft_of
from storage.letter_templates import templates
from storage.letters import letters_of_inquiry
from storage.mailboxes import own_addresses
from storage.submitted import form_answered
from storage.tables.inquiries import Channel
from storage.tables.letters import LetterDraft, LetterRecord, LetterTemplate, LetterWay, Mailbox
from storage.tables.parties import PointKind
from web.i18n import gettext, mark
from web.messages import sentence
from web.pages.answers_read import LANGUAGES, Around, id_of, language_of, quote_of, signature_of
from web.pages.cards import actor
from web.render import urls_of

CARDS = {"accounts": "account", "contacts": "contact", "leads": "lead"}
NEVER = {
    WhyNot.AUTO_REPLY: mark("An answering machine wrote this letter: nobody would read the answer."),
    WhyNot.BOUNCE: mark("A mail server wrote this letter: nobody would read the answer."),
    WhyNot.LIST: mark("This letter went to many at once: an answer would go to a list, not to a person."),
    WhyNot.OWN: mark("We wrote this ourselves."),
    WhyNot.NO_SENDER: mark("It does not say whom to answer."),
    WhyNot.NO_REPLY: mark("Nobody reads what is sent to this address."),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What a letter of ours is about: an inquiry or a card, whom it goes to, what it answers."""

    about: str
    answered: LetterRecord | None
    to: str
    others: str  # the other people whom the answered letter went to
    addresses: tuple[str, ...]  # that are known of them
    values: dict[str, str]  # what the fields of templates stand for
    mailboxes: list[Mailbox]
    templates: list[LetterTemplate]
    draft: LetterDraft | None
    do_not_email: bool = False
    subject: str = ""  # that an answer to no letter begins with


async def scene(session: AsyncSession, request: web.Request, answers: str = "") -> Scene:
    """Of the page's address. Raises NotFound for what is not theirs to see."""
    who, row_id = actor(request), int(request.match_info["id"])
    cards = request.match_info.get("cards")
    if cards is None:
        return await _of_inquiry(session, who, row_id, answers or request.query.get("letter", ""))
    return await _of_card(session, who, CARDS[cards], row_id, request.query.get("to", ""))


async def place(
    session: AsyncSession, inquiry_id: int, letters: list[LetterRecord], who: Actor
) -> dict[str, Any]:
    """For the reading pane: whether it can be answered, or why not, and whether somebody has begun."""
    answered = last_in(letters)
    why = why_not(answered, await own_addresses(session)) if answered else None
    about = f"inquiry/{inquiry_id}"
    return {
        "can_answer": why is None if answered else await form_answered(session, inquiry_id) is not None,
        "why_no_answer": gettext(NEVER[why]) if why in NEVER else "",
        "answer_begun": await draft_of(session, about, who) is not None,
    }


def last_in(letters: list[LetterRecord]) -> LetterRecord | None:
    """The one that is answered unless a person chooses another: a person's letter, if there is any."""
    incoming = [each for each in letters if each.way is LetterWay.IN]
    peoples = [each for each in incoming if each.kind is LetterKind.LETTER]
    return next(reversed(peoples or incoming), None)


def begun(scene: Scene) -> dict[str, str]:
    """What was typed before, else what an answer begins with."""
    typed = dict(scene.draft.fields) if scene.draft else {}
    answered = scene.answered
    text = f"{answered.subject} {answered.text[:2000]}" if answered else scene.values["name"]
    first = {
        "answers": str(answered.id) if answered else "",
        "mailbox": str(_usual(scene) or ""),
        "to": scene.to,
        "cc": "",
        "subject": answer_subject(answered.subject) if answered else scene.subject,
        "text": "",
        "quote": "yes" if answered else "",
        "signature": language_of(text),
        "at": "",
    }
    return first | typed | {"once": new_token(), "answers": first["answers"]}


def around(scene: Scene, typed: dict[str, str]) -> Around:
    chosen = id_of(typed.get("mailbox", ""))
    mailbox = next((each for each in scene.mailboxes if each.id == chosen), None)
    return Around(scene.answered, mailbox, scene.values, list(scene.draft.files) if scene.draft else [])


def composer(
    request: web.Request,
    scene: Scene,
    typed: dict[str, str],
    errors: dict[str, IntakeError] | None = None,
    unfilled: list[str] | None = None,
    refusal: IntakeError | None = None,
) -> dict[str, Any]:
    """The context of answers/composer.html."""
    kind, _, row_id = scene.about.partition("/")
    return {
        **_offered(scene, typed),
        "about": scene.about,
        "place_id": f"answering-{kind}-{row_id}",
        "at": str(request.rel_url.path),
        "back": urls_of(request.app)(kind, id=row_id),
        "typed": typed,
        "errors": {name: sentence(error) for name, error in (errors or {}).items()},
        "unfilled": unfilled or [],
        "refusal": sentence(refusal) if refusal else "",
        "focus": next((name for name in ("to", "subject") if not typed.get(name)), "text"),
    }


def _offered(scene: Scene, typed: dict[str, str]) -> dict[str, Any]:
    """What may be chosen, and what goes along."""
    parts = around(scene, typed)
    return {
        "answered": scene.answered,
        "others": scene.others,
        "addresses": scene.addresses,
        "mailboxes": [(each.id, _sender(each)) for each in scene.mailboxes],
        "templates": scene.templates,
        "files": parts.files,
        "signatures": {one: signature_of(parts, one) for one in LANGUAGES},
        "quote": quote_of(scene.answered, language_of(typed.get("text") or typed.get("subject", ""))),
        "do_not_email": scene.do_not_email,
    }


def _sender(mailbox: Mailbox) -> str:
    return f"{mailbox.from_name} <{mailbox.address}>" if mailbox.from_name else mailbox.address


def _usual(scene: Scene) -> int | None:
    """The mailbox that the letter came to, if it can send; else the first that can."""
    own = [each.id for each in scene.mailboxes]
    came_to = scene.answered.mailbox_id if scene.answered else None
    return came_to if came_to in own else own[0] if own else None


async def _of_inquiry(session: AsyncSession, who: Actor, inquiry_id: int, answers: str) -> Scene:
    row = await inquiry_row(session, who, inquiry_id)
    inquiry = row.inquiry
    letters = await letters_of_inquiry(session, inquiry.id or 0)
    draft = await draft_of(session, f"inquiry/{inquiry.id}", who)
    chosen = id_of(answers or (draft.fields.get("answers", "") if draft else ""))
    answered = next((each for each in letters if each.id == chosen), None) or last_in(letters)
    asked = None if answered else await form_answered(session, inquiry.id or 0)
    name = row.person or (answered.sender_name if answered else "") or inquiry.sender_name or ""
    email = answered.sender_email if answered else asked.email if asked else ""
    if not email and inquiry.channel is Channel.LETTER:
        email = inquiry.sender or ""
    own = await own_addresses(session)
    number = str(asked.number if asked else inquiry.id)
    return Scene(
        about=f"inquiry/{inquiry.id}",
        answered=answered,
        to=_person(name, email) if email else "",
        others=_others(answered, {email, *own}),
        addresses=(),
        values={"name": _first_name(name), "company": row.company, "number": number, "me": who.name},
        subject=gettext("Your request № %(number)s", number=number) if asked else "",
        mailboxes=await able_mailboxes(session),
        templates=await templates(session),
        draft=draft,
    )


async def _of_card(session: AsyncSession, who: Actor, kind: str, row_id: int, to: str) -> Scene:
    card = await party_card(session, Existing(PartyKind(kind), row_id), who)
    emails = [point.value for point in card.points if point.kind is PointKind.EMAIL]
    mains = [point.value for point in card.points if point.kind is PointKind.EMAIL and point.main]
    email = to if to in emails else (mains or emails or [""])[0]
    record = card.record
    name = "" if kind == "account" else person_name(record)
    company = (
        company_name(card.account if card.account else record) if kind != "contact" or card.account else ""
    )
    return Scene(
        about=f"{kind}/{row_id}",
        answered=None,
        to=_person(name, email) if email else "",
        others="",
        addresses=tuple(_person(name, each) for each in emails),
        values={"name": _first_name(name), "company": company, "number": "", "me": who.name},
        mailboxes=await able_mailboxes(session),
        templates=await templates(session),
        draft=await draft_of(session, f"{kind}/{row_id}", who),
        do_not_email=bool(getattr(record, "do_not_email", False)),
    )


def _others(answered: LetterRecord | None, known: set[str]) -> str:
    people = answered.recipients if answered else []
    others = [one for one in people if one.get("role") in ("to", "cc") and one.get("email") not in known]
    return ", ".join(_person(one.get("name", ""), one["email"]) for one in others[:20] if one.get("email"))


def _person(name: str, email: str) -> str:
    plain = "".join(each for each in name if each.isalnum() or each in " .-'").strip()
    return f"{plain} <{email}>" if plain else email


def _first_name(name: str) -> str:
    """«Ковалёва Марина» is written to as «Марина»; a name that is not understood stays whole."""
    return read_person(name).first or name

"""The reading pane: the calls, who it is and why we think so, what was before, and what can be done now."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import NotFound
from intake.model.chats import is_identity
from intake.model.hits import ClientHit, ContactHit, Found, Level
from intake.model.wizard import Chosen, Criteria, Existing, Mode, PartyKind, Shown
from intake.wizard.claim import NO_ANSWER, OPEN, last_word
from intake.wizard.search import search
from storage.access import Actor
from storage.asking_again import waits_again
from storage.assignments import given_to
from storage.callcards import passes_to
from storage.calls import calls_of_inquiry
from storage.cards import record_of
from storage.choices import workers
from storage.fields import CardKind
from storage.inquiries import InquiryRow, inquiry_row
from storage.letters import letters_of_inquiry
from storage.names import Names, names
from storage.preferences import settings
from storage.submitted import submissions_of
from storage.tables.history import Action
from storage.tables.inquiries import Inquiry
from storage.timeline import Entry, timeline
from storage.unsent import is_unsent
from web.access import Viewer
from web.keys import DATABASE, VIEWER
from web.looked import ONLOOKERS, with_senders
from web.pages import inquiries_words as words
from web.pages.answers_page import place
from web.pages.assigned_words import why_theirs
from web.pages.cards import actor, timeline_of
from web.pages.cards_calls import told
from web.pages.cards_timeline import tell
from web.pages.events_told import decided_about
from web.pages.ignoring_words import never_choices
from web.pages.letters_body import body_context
from web.pages.letters_shown import ShownLetter, shown_letters
from web.pages.letters_words import domain_to_block
from web.pages.submissions_shown import ShownSubmission, shown_submissions
from web.pages.touches import joined
from web.pages.wizard_chat import threads_of
from web.pages.wizard_show import chips, titled
from web.rule_words import signed

MOST_HITS = 6  # people and companies on one number that are listed
BEFORE = 6  # what was before, at the end of the pane
PARTY = (PartyKind.CONTACT, PartyKind.LEAD, PartyKind.ACCOUNT)


async def pane_context(request: web.Request, inquiry_id: int) -> dict[str, Any]:
    """Raises NotFound for what the viewer may not see."""
    who = actor(request)
    async with request.app[DATABASE].reading() as session:
        row = await inquiry_row(session, who, inquiry_id)
        context = {
            "row": row,
            "passes_to": await passes_to(session, row.call, request[VIEWER].id),
            **await _told(session, row, who),
            **await decided_about(session, request.app, row.inquiry.id or 0),
            "letters": await _letters(session, row),
            "submissions": await _submissions(session, row, request[VIEWER]),
            "chats": await threads_of(session, row.inquiry),
            **await joined(session, row.inquiry.id or 0),
            "assigned": (await given_to(session, [row.inquiry.id or 0])).get(row.inquiry.id or 0),
            "why_theirs": why_theirs,
        }
        records = [one.record for one in context["letters"]]
        context |= await place(session, row.inquiry.id or 0, records, who)
    context["unsent"] = [one for one in context["letters"] if is_unsent(one.record, records)]
    request.app[ONLOOKERS].saw(who, "inquiries", with_senders([row]))
    decision = context["decision"]
    return {
        **context,
        **await timeline_of(request, None, row.inquiry.id),
        "people": await _who(request, row, context["submissions"]),
        "bodies": {one.id: await body_context(request, one) for one in context["letters"]},
        "last_letter": next((one for one in reversed(context["letters"]) if not one.ours), None),
        "domain": domain_to_block(row.inquiry.sender or ""),
        "undecided": row.inquiry.state in OPEN,
        "decline_reasons": words.reasons_for(row.inquiry.channel),
        "never_choices": never_choices(row.inquiry),
        "passed": decision is not None and decision.kind == NO_ANSWER,
        "may_undo": decision is not None and (decision.user_id == who.user_id or who.may("undo-others")),
        "hit_chips": chips,
        "hit_title": lambda hit: titled(hit) if isinstance(hit, ClientHit) else hit.name,
    }


async def _told(session: AsyncSession, row: InquiryRow, who: Actor) -> dict[str, Any]:
    """Its calls, what became of it, and what was before."""
    inquiry, row_id = row.inquiry, row.inquiry.id or 0
    known, chosen = await names(session), await settings(session)
    calls, decision = await calls_of_inquiry(session, row_id), await last_word(session, inquiry)
    before = await _before(session, inquiry, who)
    return {
        "calls": [(call, told(call, known, chosen.recording_url)) for call in calls],
        "decision": decision,
        "waits_again": await waits_again(session, inquiry),
        "decided_by": _who_decided(decision, known),
        "interest": await _seen(session, CardKind.INTEREST, inquiry.interest_id, who),
        "colleagues": await workers(session),
        "before": tell(before, known, "", "", BEFORE),
        "names": known,
    }


def _who_decided(decision: Action | None, known: Names) -> str:
    if decision is None:
        return ""
    return known.users.get(decision.user_id or 0, "") or signed(decision.details, known.rules)


async def _letters(session: AsyncSession, row: InquiryRow) -> list[ShownLetter]:
    """The thread, the oldest first: also of those who came by another way and were answered by letter."""
    return await shown_letters(session, await letters_of_inquiry(session, row.inquiry.id or 0))


async def _submissions(session: AsyncSession, row: InquiryRow, viewer: Viewer) -> list[ShownSubmission]:
    return await shown_submissions(session, await submissions_of(session, row.inquiry.id or 0), viewer)


async def _seen(session: AsyncSession, kind: CardKind, row_id: int | None, who: Actor) -> Any:
    """The record, if there is one that `who` may see."""
    try:
        return await record_of(session, kind, row_id, who) if row_id is not None else None
    except NotFound:
        return None


async def _before(session: AsyncSession, inquiry: Inquiry, who: Actor) -> list[Entry]:
    """What there was with them before this, as far as `who` may see them."""
    for kind in PARTY:
        row_id = getattr(inquiry, f"{kind.value}_id")
        if await _seen(session, CardKind(kind.value), row_id, who) is not None:
            entries = await timeline(session, kind.value, row_id)
            return [entry for entry in entries if not _is_of(entry, inquiry)]
    return []


def _is_of(entry: Entry, inquiry: Inquiry) -> bool:
    what = entry.what
    return (what.id if isinstance(what, Inquiry) else getattr(what, "inquiry_id", None)) == inquiry.id


async def _who(
    request: web.Request, row: InquiryRow, submissions: Sequence[ShownSubmission]
) -> list[ClientHit | ContactHit]:
    """Who it is as far as is known: what was chosen or guessed, else everybody on the number."""
    inquiry = row.inquiry
    sender, left = inquiry.sender or "", [value for one in submissions for value in one.values]
    phones = [value.key for value in left if value.kind == "phone"]
    emails = [value.key for value in left if value.kind == "email"]
    written, known = "@" in sender, sender if is_identity(sender) else ""
    criteria = Criteria(
        phone=", ".join(dict.fromkeys([*([] if written or known else [sender]), *phones])),
        email=", ".join(dict.fromkeys([*([sender] if written else []), *emails])),
        other=known,
        mode=Mode.EXACT,  # a PBX makes no slips
        interests=Shown.ACTIVE,
        limit=MOST_HITS,
    )
    chosen = _chosen(inquiry)
    if criteria.empty and chosen == Chosen():
        return []
    found = await search(request.app[DATABASE], criteria, request[VIEWER].actor(request.remote), chosen)
    return _people(found, inquiry)


def _chosen(inquiry: Inquiry) -> Chosen:
    if inquiry.account_id is not None:
        return Chosen(Existing(PartyKind.ACCOUNT, inquiry.account_id), inquiry.contact_id)
    if inquiry.lead_id is not None:
        return Chosen(Existing(PartyKind.LEAD, inquiry.lead_id))
    return Chosen(contact_id=inquiry.contact_id)


def _people(found: Found, inquiry: Inquiry) -> list[ClientHit | ContactHit]:
    """The one it is; else all that match, surest first, a company only when none of its people does."""
    contact = next((hit for hit in found.contacts if hit.id == inquiry.contact_id), None)
    client = next((hit for hit in found.clients if hit.ref == _chosen(inquiry).client), None)
    if contact or client:
        return [contact] if contact else [client] if client else []
    contacts = [hit for hit in found.contacts if hit.level is not Level.RELATED]
    of_people = {hit.account_id for hit in contacts}
    clients = [
        hit for hit in found.clients
        if hit.level is not Level.RELATED and not (hit.kind is PartyKind.ACCOUNT and hit.id in of_people)
    ]  # fmt: skip
    matching: list[ClientHit | ContactHit] = [*contacts, *clients]
    return sorted(matching, key=lambda hit: -hit.score)[:MOST_HITS]

"""What a rule puts into the wizard: the second page, filled in with no hands. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime

from intake.automation.aims import Aim
from intake.matching.emails import read_emails
from intake.matching.inn import clean_inn, clean_kpp
from intake.matching.people import PersonName
from intake.matching.phones import display_phone, read_phone, read_phones
from intake.model.chats import is_identity
from intake.model.prefill import Said
from intake.model.rules import Outcome, Party, Plan, Subject
from intake.model.wizard import (
    Acceptance,
    CreateInterest,
    Criteria,
    Existing,
    LinkInterest,
    Newcomer,
    NewPerson,
    NewPoint,
    NextStep,
    PartyKind,
    Wanted,
)
from intake.wizard.differences import newcomer_fields
from intake.wizard.wish import TITLE, title_of

MOST_PART = 120  # characters of what stands for one word of a title
MOST_POINTS = 6  # ways to reach a newcomer
_PLACE = re.compile(r"\{(\w+)\}")
_LOOSE = re.compile(r"(?:^[\s—–\-:,.;/|]+)|(?:[\s—–\-:,;/|]+$)")
_EMPTY = re.compile(r"\(\s*\)|«\s*»|\"\s*\"")


@dataclass(frozen=True, slots=True)
class Given:
    """What the wizard's second page knows beside the plan. `due`: of the first task."""

    said: Said
    responsible_id: int | None = None
    due: datetime | None = None


def acceptance_of(plan: Plan, aim: Aim, subject: Subject, given: Given) -> Acceptance:
    """Exactly what a person would have sent. Its key is the event's: twice is once."""
    party, person = _whom(plan.outcome, subject.party, given.said)
    return Acceptance(
        party=party,
        contact=person,
        interest=_interest(plan.outcome, aim, subject, given),
        note=plan.outcome.note,
        labels=plan.labels,
        next_step=_step(plan, given),
        request_key=key_of(subject.event_id),
        criteria=given.said.criteria,
    )


def key_of(event_id: int) -> str:
    return f"rule:{event_id}"


def title_from(template: str, said: Said, subject: Subject) -> str:
    """What stands in {braces} is replaced once, by one line each; what is not known leaves nothing."""
    company, person = _names(said)
    sender = "" if is_identity(subject.sender) else subject.sender
    phone = read_phone(said.criteria.phone or sender)
    values = {
        "name": person.short or said.criteria.name,
        "company": said.company or company.get("name", ""),
        "subject": subject.subject,
        "wanted": said.wish or said.wanted,
        "form": subject.line if subject.channel == "form" else "",
        "phone": display_phone(phone.e164) if phone else "",
    }
    filled = _PLACE.sub(lambda place: _one_line(values.get(place[1], "")), template)
    return _LOOSE.sub("", _LOOSE.sub("", _EMPTY.sub("", _one_line(filled, TITLE))))


def _whom(
    outcome: Outcome, party: Party | None, said: Said
) -> tuple[Existing | Newcomer | None, Existing | NewPerson | None]:
    if party is None:
        return _newcomer(outcome, said)
    contact = Existing(PartyKind.CONTACT, party.contact_id) if party.contact_id is not None else None
    if party.lead_id is not None:
        return Existing(PartyKind.LEAD, party.lead_id), None
    account = Existing(PartyKind.ACCOUNT, party.account_id) if party.account_id is not None else None
    return account, contact


def _newcomer(outcome: Outcome, said: Said) -> tuple[Newcomer, NewPerson]:
    """A nameless one cannot be a client yet: a potential one is known by a number alone."""
    fields, person = _names(said)
    company = said.company or fields.get("name", "")
    kind = PartyKind(outcome.newcomer) if outcome.newcomer else None
    if not (company or person.full):
        kind = PartyKind.LEAD
    inn, kpp = _numbers(said.criteria)
    newcomer = Newcomer(
        kind=kind,
        name=company,
        legal_form=fields.get("legal_form", "") if company == fields.get("name") else "",
        inn=inn,
        kpp=kpp,
        city=said.city[:MOST_PART],
    )
    points = tuple(points_in(said.criteria))
    names = {"last_name": person.last, "first_name": person.first, "middle_name": person.middle}
    cut = {name: value[:MOST_PART] for name, value in names.items()}
    return newcomer, NewPerson(**cut, position=said.position[:200], points=points)


def _names(said: Said) -> tuple[dict[str, str], PersonName]:
    """A company without a person's name is named there as well: it is nobody's own."""
    fields, person = newcomer_fields(said.criteria.name)
    if said.company and said.criteria.name.strip() == said.company.strip():
        return fields, PersonName()
    return fields, person


def _numbers(criteria: Criteria) -> tuple[str, str]:
    """What has another length is no ИНН: it stays with what was said and stops nothing."""
    inn, _, kpp = criteria.inn.partition("/")
    inn, kpp = clean_inn(inn), clean_kpp(kpp)
    right = len(inn) in (10, 12) and len(set(inn)) > 1
    return (inn if right else ""), (kpp if right and len(kpp) == 9 else "")


def points_in(criteria: Criteria) -> list[NewPoint]:
    phones = [one for one in read_phones(criteria.phone, area_code=criteria.area_code) if one.valid]
    points = [NewPoint("phone", one.e164, one.extension or "") for one in phones]
    points += [NewPoint("email", one.address) for one in read_emails(criteria.email)]
    return points[:MOST_POINTS]


def _interest(outcome: Outcome, aim: Aim, subject: Subject, given: Given) -> Wanted:
    if aim.interest_id is not None:
        return LinkInterest(aim.interest_id)
    said = given.said
    title = title_from(outcome.title, said, subject) if outcome.title else ""
    if not title and not said.wanted:
        _, person = _names(said)
        title = title_of(said.wish, person.short or said.company)
    return CreateInterest(
        title=title[:TITLE],
        wanted=said.wanted,
        status_id=outcome.status_id,
        source=(outcome.source or said.source)[:MOST_PART],
        utm=tuple((name[:60], value[:500]) for name, value in said.utm),
        amount=said.amount,
        responsible_id=given.responsible_id,
    )


def _step(plan: Plan, given: Given) -> NextStep | None:
    if not plan.tasks:
        return None
    task = plan.tasks[0]
    return NextStep(task.task_kind, task.task_title, given.due, given.responsible_id)


def _one_line(text: str, most: int = MOST_PART) -> str:
    return " ".join(text.replace("\0", " ").split())[:most]

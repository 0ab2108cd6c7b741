"""From the contract's models to the wizard's own values. Pure."""

from intake.model import wizard as w
from web.api import schema as s


def criteria_of(said: s.Said) -> w.Criteria:
    more = {}
    if isinstance(said, s.Search):
        more = said.model_dump(include={"mode", "interests", "area_code", "limit"})
    plain = s.Said.model_fields.keys()
    return w.Criteria(**said.model_dump(include=set(plain)), **more)


def chosen_of(asked: s.Search) -> w.Chosen:
    client: w.Existing | None = None
    if asked.account_id is not None:
        client = w.Existing(w.PartyKind.ACCOUNT, asked.account_id)
    elif asked.lead_id is not None:
        client = w.Existing(w.PartyKind.LEAD, asked.lead_id)
    return w.Chosen(client, asked.contact_id)


def acceptance_of(body: s.Accept, request_key: str) -> w.Acceptance:
    return w.Acceptance(
        party=_party(body.party),
        contact=_contact(body.contact),
        interest=_interest(body.interest),
        points=tuple(
            w.PointDecision(one.of, _point(one.point), one.choice, one.replaces) for one in body.points
        ),
        fields=tuple(w.FieldDecision(one.of, one.field, one.value, one.choice) for one in body.fields),
        note=body.note,
        labels=tuple(body.labels),
        consent=w.ConsentGiven(**body.consent.model_dump()) if body.consent else None,
        next_step=w.NextStep(**body.next_step.model_dump()) if body.next_step else None,
        request_key=request_key,
        criteria=criteria_of(body.said),
    )


def _party(party: s.StoredParty | s.NewParty | None) -> w.Party | None:
    match party:
        case None:
            return None
        case s.StoredParty():
            return w.Existing(party.kind, party.id)
        case s.NewParty():
            values = party.model_dump(exclude={"type", "points"})
            return w.Newcomer(**values, points=tuple(_point(point) for point in party.points))


def _contact(contact: s.StoredContact | s.NewContact | None) -> w.Person | None:
    match contact:
        case None:
            return None
        case s.StoredContact():
            return w.Existing(w.PartyKind.CONTACT, contact.id)
        case s.NewContact():
            values = contact.model_dump(exclude={"type", "points"})
            return w.NewPerson(**values, points=tuple(_point(point) for point in contact.points))


def _interest(interest: s.LinkedInterest | s.NewInterest) -> w.Wanted:
    match interest:
        case s.LinkedInterest():
            return w.LinkInterest(interest.id)
        case s.NewInterest():
            values = interest.model_dump(exclude={"type", "utm", "members"})
            return w.CreateInterest(
                **values, utm=tuple(interest.utm.items()), members=tuple(interest.members)
            )


def _point(point: s.Point) -> w.NewPoint:
    return w.NewPoint(**point.model_dump())

"""What a plan comes to for whoever it is by exact keys. Pure: life and rehearsal ask the same."""

from dataclasses import dataclass

from intake.model.rules import Did, Do, Known, Plan, Said, Subject

# Why it waits for a person
SEVERAL_PARTIES = "several-parties"
NOBODY_TO_LINK = "nobody-to-link"
NO_INTEREST = "no-open-interest"
SEVERAL_INTERESTS = "several-open-interests"
ALIKE = "alike"  # somebody stored is like them


@dataclass(frozen=True, slots=True)
class Aim:
    """`newcomer`: a card is made, if nobody who is like them is found."""

    did: Did
    why: str = ""
    interest_id: int | None = None
    newcomer: bool = False


def aim_of(plan: Plan, subject: Subject) -> Aim:
    match plan.outcome.do:
        case Do.DECLINE:
            return Aim(Did.DECLINED)
        case Do.HOLD:
            return Aim(Did.HELD)
        case Do.TASK:
            return Aim(Did.TASK)
        case Do.NOTHING:
            fits = any(verdict.said is Said.YES for verdict in plan.verdicts)
            return Aim(Did.ASSIGNED if fits else Did.NONE)
        case Do.CREATE | Do.LINK | Do.LINK_OR_CREATE as do:
            return _of_party(do, subject)


def _of_party(do: Do, subject: Subject) -> Aim:
    if subject.known is Known.SEVERAL:
        return Aim(Did.WAITS, SEVERAL_PARTIES)
    interests = subject.party.open_interests if subject.party else ()
    if do is Do.CREATE or (do is Do.LINK_OR_CREATE and not interests):
        return Aim(Did.CREATED, newcomer=subject.party is None)
    if len(interests) == 1:
        return Aim(Did.LINKED, interest_id=interests[0])
    if subject.party is None:
        return Aim(Did.WAITS, NOBODY_TO_LINK)
    return Aim(Did.WAITS, SEVERAL_INTERESTS if interests else NO_INTEREST)

"""What has happened in the world as rows: interests, inquiries with their calls, comments, tasks."""

from collections.abc import Iterator

from intake.demo.facts import Talk, World
from intake.demo.rows import Ids, Row
from intake.matching.names import fold
from intake.model.calls import Direction, Outcome
from storage.tables.inquiries import Channel, DeclineReason, InquiryState
from storage.tables.work import TaskKind

HISTORY = "history"  # the channel that past calls came by


def interests(world: World, ids: Ids) -> Iterator[Row]:
    for place, wish in enumerate(world.wishes):
        yield ids.whose(wish.whose) | {
            "id": ids.id("interest", place),
            "title": wish.title,
            "folded": fold(wish.title),
            "wanted": wish.wanted,
            "source": wish.source,
            "amount": wish.amount,
            "status_id": ids.statuses[wish.pipeline, wish.status],
            "responsible_id": ids.users[wish.responsible],
            "due": wish.due,
            "inquired_at": wish.inquired_at,
            "closed_at": wish.closed_at,
            "lost_reason": wish.lost_reason,
            "created_at": wish.inquired_at,
            "created_by": ids.users[wish.responsible],
            "updated_at": wish.closed_at or wish.inquired_at,
        }


def members(world: World, ids: Ids) -> Iterator[Row]:
    for place, wish in enumerate(world.wishes):
        for login in set(wish.members) - {wish.responsible}:
            yield {"interest_id": ids.id("interest", place), "user_id": ids.users[login]}


def interest_labels(world: World, ids: Ids) -> Iterator[Row]:
    for place, wish in enumerate(world.wishes):
        for label in wish.labels:
            yield {"interest_id": ids.id("interest", place), "label_id": ids.labels[label]}


def inquiries(world: World, ids: Ids) -> Iterator[Row]:
    """One for each incoming call, in the order of `calls`."""
    for place, talk in enumerate(_all_talks(world)):
        if talk.direction == "in":
            waiting = place >= len(world.talks)
            yield _inquiry(talk, world, ids) | _end(talk, ids, waiting) | {"id": ids.id("inquiry", place)}


def calls(world: World, ids: Ids) -> Iterator[Row]:
    for place, talk in enumerate(_all_talks(world)):
        incoming = talk.direction == "in"
        yield {
            "channel": HISTORY,
            "linkedid": f"{world.seed}.{ids.id('inquiry', place)}",
            "inquiry_id": ids.id("inquiry", place) if incoming else None,
            "direction": Direction(talk.direction),
            "number": talk.number,
            "number_raw": talk.number.removeprefix("+"),
            "name": talk.name if incoming else None,
            "did": talk.did if incoming else None,
            "rang": [talk.by or "101"] if incoming else [],
            "answered_by": [talk.by] if talk.by else [],
            "outcome": Outcome.ANSWERED if talk.by else Outcome.MISSED,
            "started_at": talk.started_at,
            "answered_at": talk.answered_at,
            "ended_at": talk.ended_at,
            "cause": 16,
        }


def comments(world: World, ids: Ids) -> Iterator[Row]:
    for remark in world.remarks:
        author = ids.users[remark.author]
        yield ids.whose(remark.whose) | {"text": remark.text, "author_id": author, "created_at": remark.at}


def tasks(world: World, ids: Ids) -> Iterator[Row]:
    for errand in world.errands:
        yield ids.whose(errand.whose) | {
            "interest_id": ids.id("interest", errand.wish),
            "kind": TaskKind(errand.kind),
            "title": errand.title,
            "due": errand.due,
            "responsible_id": ids.users[errand.responsible],
            "created_at": world.wishes[errand.wish].inquired_at,
            "done_at": errand.done_at,
        }


def _all_talks(world: World) -> tuple[Talk, ...]:
    return world.talks + world.waiting


def _inquiry(talk: Talk, world: World, ids: Ids) -> Row:
    wish = None if talk.wish is None else world.wishes[talk.wish]
    return ids.whose(talk.whose) | {
        "channel": Channel.CALL,
        "opened_at": talk.started_at,
        "touched_at": talk.ended_at,
        "answered_at": talk.answered_at,
        "sender": talk.number,
        "sender_name": talk.name,
        "line": talk.did,
        "interest_id": None if talk.wish is None else ids.id("interest", talk.wish),
        "responsible_id": ids.users[wish.responsible] if wish else None,
        "misses": 0 if talk.by else 1,
    }


def _end(talk: Talk, ids: Ids, waiting: bool) -> Row:
    """How the inquiry stands: with whom it waits, or what became of it."""
    reason = None
    if waiting:
        state = InquiryState.NEW
    elif talk.wish is not None:
        state = InquiryState.ACCEPTED
    elif talk.by:
        state, reason = InquiryState.DECLINED, DeclineReason.OTHER
    else:
        state = InquiryState.CLOSED  # we have called back
    return {
        "state": state,
        "decline_reason": reason,
        "closed_at": None if waiting else talk.ended_at,
        "callback": talk.number if waiting else None,
    }

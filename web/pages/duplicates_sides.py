"""Two cards side by side: what both say, what is the same, and what is suggested to stay."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.duplicates.choosing import Side, fields_of, preferred, suggested, version
from intake.duplicates.look import weigh_pair
from intake.errors import NotFound
from intake.model.wizard import Existing, PartyKind
from storage import duplicate_marks, parties
from storage.access import Actor
from storage.cards import note_view
from storage.fields import CardKind
from storage.merging import hanging
from storage.names import Names, names
from storage.tables.parties import Point
from web.i18n import gettext
from web.keys import DATABASE
from web.pages.cards import EYEBROWS, PLURAL_OF, POINTS, actor
from web.pages.duplicates_words import SURENESS, compared, counted, reasons_of, united


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both cards, and what is told of them."""

    one: Any
    other: Any
    points: tuple[list[Point], list[Point]]
    hanging: Mapping[int, Counter[str]]  # card -> table -> rows that hang on it
    names: Names
    clients: dict[int, str]

    @property
    def weights(self) -> dict[int, int]:
        return {id_: sum(rows.values()) for id_, rows in self.hanging.items()}


async def side_by_side(
    request: web.Request, kind: PartyKind, ids: tuple[int, int], data: Mapping[str, str]
) -> dict[str, Any]:
    """What the page shows of both; `data` is what was sent already. Raises NotFound."""
    who, database, card_kind = actor(request), request.app[DATABASE], CardKind(kind.value)
    if ids[0] == ids[1]:
        raise NotFound("no-such-party", kind=kind.value, id=ids[1])
    async with database.reading() as session:
        pair = await _pair(session, kind, ids, who)
        likeness = await _likeness(session, kind, ids)
    for id_ in ids:
        await note_view(database, card_kind, id_, who)
    keep = survivor_in(data, preferred(pair.one, pair.other, pair.weights), ids)
    chosen = _choices(kind, pair.one, pair.other, keep, data, request.query.get("all", ""))
    return {
        **likeness,
        "kind": kind.value,
        "cards": PLURAL_OF[card_kind],
        "eyebrow": EYEBROWS[card_kind],
        "one": pair.one,
        "other": pair.other,
        "keep": keep,
        "name_of": shown_name,
        "names": pair.names,
        "rows": compared(kind, pair.one, pair.other, chosen, pair.names, pair.clients),
        "points": united(*pair.points),
        "point_words": {point.value: (icon, gettext(word)) for point, (icon, word) in POINTS.items()},
        "moves": {id_: counted(rows) for id_, rows in pair.hanging.items()},
        "seen": version(pair.one, pair.other),
    }


async def _pair(session: AsyncSession, kind: PartyKind, ids: tuple[int, int], who: Actor) -> _Pair:
    one, other = [await parties.card(session, Existing(kind, id_), who) for id_ in ids]
    first, second = [await parties.points_of(session, [Existing(kind, id_)]) for id_ in ids]
    return _Pair(
        one,
        other,
        points=(first, second),
        hanging=await hanging(session, kind, ids),
        names=await names(session),
        clients=await _clients(session, [one, other], who),
    )


async def _likeness(session: AsyncSession, kind: PartyKind, ids: tuple[int, int]) -> dict[str, Any]:
    """Whether they are one party: what we think, and what somebody has said."""
    pair, connection = (kind, min(ids), max(ids)), await session.connection()
    found = await connection.run_sync(weigh_pair, pair)
    marks = await connection.run_sync(duplicate_marks.marks_of, [pair])
    return {
        "reasons": reasons_of(found) if found else [],
        "likelihood": found.likelihood if found else None,
        "sure": gettext(SURENESS[found.likelihood]) if found and found.likelihood else "",
        "mark": next(iter(marks.values()), None),
    }


def _choices(
    kind: PartyKind, one: Any, other: Any, keep: int, data: Mapping[str, str], everything: str
) -> dict[str, Side]:
    """As sent; else all of one card; else the survivor's, with what only the other has."""
    chosen = {}
    for name in fields_of(kind):
        sent = data.get(f"of-{name}", everything)
        if sent in set(Side) and (sent != Side.BOTH):
            chosen[name] = Side(sent)
            continue
        mine = suggested(name, one, other) if keep == one.id else suggested(name, other, one)
        turned = {Side.ONE: Side.OTHER, Side.OTHER: Side.ONE, Side.BOTH: Side.BOTH}
        chosen[name] = mine if keep == one.id else turned[mine]
    return chosen


def survivor_in(data: Mapping[str, str], otherwise: int, ids: tuple[int, int]) -> int:
    """Which of the two was sent as the one that stays."""
    said = data.get("survivor", "")
    return next((id_ for id_ in ids if str(id_) == said), otherwise)


async def _clients(session: AsyncSession, cards: list[Any], who: Actor) -> dict[int, str]:
    """Names of the companies that contacts are at, as far as they may be seen."""
    found = {}
    for card in cards:
        id_ = getattr(card, "account_id", None)
        if id_ is not None:
            try:
                account = await parties.card(session, Existing(PartyKind.ACCOUNT, id_), who)
                found[id_] = parties.name_of(account)
            except NotFound:
                continue
    return found


def shown_name(card: Any) -> str:
    return parties.name_of(card) or gettext("Without a name")

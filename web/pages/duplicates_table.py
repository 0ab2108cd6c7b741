"""Pairs of cards that may be of one party, as rows of text."""

from intake.model.duplicates import Likelihood
from intake.model.wizard import PartyKind
from storage.access import Actor
from storage.database import Database
from storage.duplicates import Shown, all_pairs
from storage.parties import name_of
from web.i18n import gettext
from web.pages.duplicates_words import SURENESS, reasons
from web.table_files import Rows


def of_pairs(kind: PartyKind) -> str:
    """What the audit log and the file are called."""
    return f"{kind.value}-duplicates"


async def pair_table(
    database: Database, kind: PartyKind, who: Actor, likelihood: Likelihood | None = None
) -> Rows:
    """Headings and pairs, the surest first, within what `who` may see."""
    cards = ["№", gettext("Card"), "№", gettext("May be the same as")]
    yield [[gettext("How sure"), *cards, gettext("Why")]]
    async for some in all_pairs(database, kind, who, likelihood):
        yield [_cells(pair) for pair in some]


def _cells(pair: Shown) -> list[str]:
    sureness = gettext(SURENESS[pair.likelihood]) if pair.likelihood else ""
    cards = [text for card in (pair.one, pair.other) for text in (str(card.id), name_of(card))]
    return [sureness, *cards, "; ".join(reason.text for reason in reasons(pair.evidence))]

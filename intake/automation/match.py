"""Who else may be meant: the wizard's own search, asked with all that was said. Whoever is found by it and
not by an exact key is for a person to choose."""

from dataclasses import replace

from intake.matching.diminutives import other_names
from intake.matching.names import words
from intake.matching.people import FIRST_NAMES
from intake.matching.sounds import skeleton
from intake.model.hits import ClientHit, ContactHit, Level
from intake.model.prefill import Said
from intake.model.rules import Candidate
from intake.model.wizard import Criteria
from intake.wizard.search import search
from storage.access import Actor
from storage.database import Database

MOST_CANDIDATES = 10
MOST_REASONS = 5  # of one candidate that are kept


async def alike(database: Database, said: Said, who: Actor) -> tuple[Candidate, ...]:
    """Those whom somebody may mean by what was said, the likeliest first; none of those who only stand beside
    a hit."""
    criteria = telling(said)
    if criteria.empty:
        return ()
    found = await search(database, criteria, who)
    hits: list[ClientHit | ContactHit] = [*found.clients, *found.contacts]
    real = [hit for hit in hits if hit.level is not Level.RELATED]
    real.sort(key=lambda hit: -hit.score)
    return tuple(_candidate(hit) for hit in real[:MOST_CANDIDATES])


def telling(said: Said) -> Criteria:
    """What can tell somebody: a bare first name identifies nobody, and half the base would be asked about."""
    criteria = said.criteria
    name = criteria.name if criteria.name.strip() else said.company
    spoken = words(name)
    bare = len(spoken) == 1 and bool(spoken[0] in FIRST_NAMES or other_names(skeleton(spoken[0])))
    return replace(criteria, name=said.company if bare else name)


def _candidate(hit: ClientHit | ContactHit) -> Candidate:
    reasons = tuple({"code": one.code, "params": one.params} for one in hit.reasons[:MOST_REASONS])
    return Candidate(hit.ref.kind.value, hit.id, hit.name, hit.level.value, reasons)

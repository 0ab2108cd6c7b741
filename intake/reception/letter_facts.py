"""What is written of a letter: the fact that it came, and its row."""

from typing import Any

from intake.reception.letter_rows import letter_columns
from intake.reception.opening import Opened
from intake.reception.placing import Placed
from storage.events import Fact


def fact_of(opened: Opened, placed: Placed) -> Fact:
    """Its bytes stand with the letter, which the fingerprint finds: not twice."""
    event = opened.event
    said: dict[str, Any] = {"fingerprint": opened.fingerprint, "bytes": len(event.raw)}
    if event.envelope_from is not None:
        said["envelope_from"] = event.envelope_from
    return Fact(
        event.channel, event.external_id, "letter", event.at, said, "", placed.inquiry_id, placed.ignored_by
    )


def letter_values(opened: Opened, placed: Placed) -> dict[str, Any]:
    """Columns of LetterRecord."""
    problems = (*opened.event.problems, *placed.problems, *([opened.why] if opened.why else []))
    return {
        "inquiry_id": placed.inquiry_id,
        "ignored_by": placed.ignored_by,
        "mailbox_id": opened.box.id,
        "at": opened.event.at,
        "fingerprint": opened.fingerprint,
        **letter_columns(opened.letter, problems),
        **opened.raw,
    }

"""Letters of every kind that reaches a Russian company, each kind once: the letter beside what it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from intake.letters.read import read_letter
from intake.model.letters import Letter

LETTERS = sorted((Path(__file__).parents[1] / "corpus" / "letters").glob("*.eml"))
OURS = ("sales@firm.example", "info@firm.example")


def read(path: Path) -> Letter:
    return read_letter(path.read_bytes(), own=OURS)


def told(letter: Letter) -> dict[str, Any]:
    """All that an expectation may name."""
    return {
        "kind": letter.kind,
        "kind_reason": letter.kind_reason,
        "from": letter.sent_from.email,
        "subject": letter.subject,
        "text": letter.text,
        "reply_text": letter.reply_text,
        "spam": letter.spam,
        "problems": list(letter.problems),
        "in_reply_to": letter.in_reply_to,
        "references": list(letter.references),
        "attachments": [[each.filename, each.content_type, each.size] for each in letter.attachments],
        "attachments_named": [each.filename for each in letter.attachments],
        "sender": {
            "email": letter.sender.email,
            "name": letter.sender.name,
            "phone": letter.sender.phone,
            "why": letter.sender.why,
        },
    }


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_a_letter_says_what_stands_beside_it(path: Path) -> None:
    want = json.loads(path.with_suffix(".json").read_text())
    letter = read(path)
    got = told(letter)
    for name, value in want.items():
        if name.endswith("_has"):
            whole = getattr(letter, name.removesuffix("_has"))
            assert all(piece in whole for piece in ([value] if isinstance(value, str) else value))
        elif name == "attachments_named":
            assert set(value) <= set(got[name])
        elif name == "sender":
            assert got[name] | value == got[name]
        elif name == "problems" and value:
            assert set(value) <= set(got[name])
        else:
            assert got[name] == value, name


def test_there_are_letters() -> None:
    assert len(LETTERS) >= 40
    assert all(path.with_suffix(".json").exists() for path in LETTERS)

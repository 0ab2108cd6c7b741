"""What platforms tell, each kind once: the body beside what must come out of it.

`<name>.expected.json` is what `intake inspect webhook` prints: all that is named in it must be so. «given» in
it says how the bot is set up: `{"groups": true, "options": {…}}`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from intake.channels.messengers.registry import ADAPTERS
from intake.inspect_webhooks import described_webhook

CORPUS = Path(__file__).parents[1] / "corpus" / "webhooks"
EXPECTED = sorted(CORPUS.glob("*/*.expected.json"))
TOLD = sorted(path for path in CORPUS.glob("*/*.*") if not path.name.endswith(".expected.json"))


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.name.split('.')[0]}")
def test_a_webhook_says_what_stands_beside_it(path: Path) -> None:
    want = json.loads(path.read_text())
    given = want.pop("given", {})
    got = described_webhook(path.parent.name, _body(path).read_bytes(), **given)
    same(json.loads(json.dumps(got)), want, "")


def test_each_body_has_something_beside_it() -> None:
    assert {_name(path) for path in TOLD} == {_name(path) for path in EXPECTED}


def test_each_platform_has_a_corpus() -> None:
    assert {path.parent.name for path in EXPECTED} == set(ADAPTERS)


def same(got: Any, want: Any, where: str) -> None:
    """All that `want` names is so in `got`; lists are equally long."""
    match want:
        case dict():
            assert isinstance(got, dict), where
            for name, value in want.items():
                same(got.get(name), value, f"{where}.{name}")
        case list():
            assert isinstance(got, list), where
            assert len(got) == len(want), f"{where}: {got}"
            for number, (one, other) in enumerate(zip(got, want, strict=True)):
                same(one, other, f"{where}[{number}]")
        case _:
            assert got == want, where


def _body(expected: Path) -> Path:
    return next(path for path in TOLD if _name(path) == _name(expected))


def _name(path: Path) -> tuple[str, str]:
    return path.parent.name, path.name.partition(".")[0]

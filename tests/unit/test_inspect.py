"""`intake inspect`, as an administrator runs it."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from intake.cli import app

CORPUS = Path(__file__).parents[1] / "corpus" / "calls"
LETTERS = Path(__file__).parents[1] / "corpus" / "letters"


def inspect(*arguments: str | Path, what: str = "calls") -> list[dict[str, object]]:
    result = CliRunner().invoke(app, ["inspect", what, *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_one_line_a_file_in_the_order_given() -> None:
    files = [CORPUS / "22-pickup.ami", CORPUS / "16-iax-in.ami"]
    answers = inspect("--trunk", "trunk", "--trunk", "branch-office", *files)
    assert [answer["file"] for answer in answers] == list(map(str, files))
    assert [len(answer["calls"]) for answer in answers] == [1, 1]  # type: ignore[arg-type]


def test_a_line_end_inside_a_name_does_not_end_the_line(tmp_path: Path) -> None:
    stream = (CORPUS / "22-cyrillic.ami").read_bytes().replace("Иван".encode(), "Ив\u2028ан".encode())
    (tmp_path / "name.ami").write_bytes(stream)
    (answer,) = inspect("--trunk", "trunk", tmp_path / "name.ami")
    assert "Ив\u2028ан" in str(answer["calls"][0]["name"])  # type: ignore[index]


def test_any_bytes_are_an_answer(tmp_path: Path) -> None:
    (tmp_path / "noise.ami").write_bytes(bytes(range(256)) * 1000)
    (tmp_path / "empty.ami").write_bytes(b"")
    answers = inspect(tmp_path / "noise.ami", tmp_path / "empty.ami")
    assert [answer["calls"] for answer in answers] == [[], []]


def test_a_letter_is_told_in_one_line_with_why_it_was_read_so() -> None:
    (answer,) = inspect(LETTERS / "reply-to-elsewhere.eml", what="letters")
    assert answer["from"] == {"email": "boss@partner.example", "name": "Boss"}
    assert answer["sender"] == {
        "email": "boss@other.example",
        "name": "Boss",
        "phone": None,
        "why": "reply-to",
    }
    assert (answer["kind"], answer["subject"]) == ("letter", "Urgent")
    assert answer["date"] == "2026-01-12T10:15:00+03:00"
    assert answer["attachments"] == []


def test_our_own_addresses_may_be_named() -> None:
    (answer,) = inspect(LETTERS / "own-address.eml", "--own", "sales@firm.example", what="letters")
    assert (answer["kind"], answer["kind_reason"]) == ("own", "From: sales@firm.example")


def test_what_is_new_in_a_reply_is_told(tmp_path: Path) -> None:
    (tmp_path / "reply.txt").write_text("Yes.\n\n> No?\n")
    assert inspect(tmp_path / "reply.txt", what="replies")[0]["text"] == "Yes."


def test_any_bytes_are_an_answer_as_a_letter_too(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 100)
    (tmp_path / "empty").write_bytes(b"")
    for what in ("letters", "replies"):
        assert len(inspect(tmp_path / "noise", tmp_path / "empty", what=what)) == 2


def test_a_webhook_is_told_beside_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "odd.bin").write_bytes(b"\xff\xfe[")
    told = {"id": "m-1", "chat_id": "c-5", "sender": {"id": 7, "name": "Анна\u2028"}, "text": "Алло"}
    (tmp_path / "told.json").write_text(json.dumps(told))
    odd, good = inspect("generic", tmp_path / "odd.bin", tmp_path / "told.json", what="webhook")
    assert odd == {"file": str(tmp_path / "odd.bin"), "events": [], "ignored": "malformed: no JSON"}
    assert good["ignored"] is None
    event: dict[str, Any] = good["events"][0]  # type: ignore[index]
    assert list(event)[:8] == "external_id kind chat_id sender text attachments reply_to sent_at".split()
    assert list(event["sender"])[:4] == ["id", "name", "username", "phone"]
    assert (event["kind"], event["sender"]["id"], event["sender"]["phone"]) == ("message", "7", None)


def test_a_bots_settings_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "told.json").write_text('{"id": 1, "chat_id": 2, "group": true, "data": {"said": "Всем"}}')
    given = ("--groups", "--option", "paths=text=data.said")
    (answer,) = inspect(*given, "generic", tmp_path / "told.json", what="webhook")
    assert answer["events"][0]["text"] == "Всем"  # type: ignore[index]


def test_a_platform_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "told.json").write_text("{}")
    result = CliRunner().invoke(app, ["inspect", "webhook", "icq", str(tmp_path / "told.json")])
    assert result.exit_code == 2

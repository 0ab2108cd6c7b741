"""`intake inspect calls`, as an administrator runs it."""

import json
from pathlib import Path

from typer.testing import CliRunner

from intake.cli import app

CORPUS = Path(__file__).parents[1] / "corpus" / "calls"


def inspect(*arguments: str | Path) -> list[dict[str, object]]:
    result = CliRunner().invoke(app, ["inspect", "calls", *map(str, arguments)])
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

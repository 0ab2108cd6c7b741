"""`intake rules` and `intake replay`, as an administrator runs them."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intake.automation.bodies import body_of
from intake.cli import app
from intake.model.rules import About, Condition, Do, Op
from storage.database import Database
from storage.secrets import new_key
from tests.storage.ruling import Ruled, drawn, ruled
from tests.storage.wizard_world import populate

pytestmark = pytest.mark.slow

ADS = Condition(About.BODY, Op.CONTAINS, "реклама")


@pytest.fixture
def config(sqlite_url: str, tmp_path: Path) -> Path:
    """A house with one rule and two requests: its settings."""
    asyncio.run(_furnish(sqlite_url, tmp_path))
    path = tmp_path / "intake.toml"
    path.write_text(f'database_url = "{sqlite_url}"\nsecret_key = "{new_key()}"\n', encoding="utf-8")
    return path


async def _furnish(url: str, folder: Path) -> None:
    database = Database(url)
    house: Ruled = await ruled(await populate(database), folder)
    await house.rule(drawn(Do.DECLINE, ADS, reason="spam"), name="Реклама")
    await house.send(wanted="реклама", phone="8 495 100-20-31")
    await house.send(wanted="столы", phone="8 495 100-20-32")
    await database.close()


def intake(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--config", str(config)])


def test_rules_are_listed_with_what_they_decided(config: Path) -> None:
    result = intake(config, "rules", "list")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[1].split() == ["1.1", "on", "Реклама", "1"]


def test_a_draft_in_a_file_is_tried(config: Path, tmp_path: Path) -> None:
    draft = tmp_path / "rule.json"
    draft.write_text(json.dumps(body_of(drawn(Do.HOLD, reason="смотреть"))), encoding="utf-8")
    result = intake(config, "rules", "try", str(draft), "--days", "2")
    assert result.exit_code == 0, result.output
    assert "the rule fits 2 of them and decides 1" in result.output
    told = json.loads(intake(config, "rules", "try", str(draft), "--json").output)
    assert told["totals"]["outcomes"] == {"declined": 1, "held": 1}
    assert [row["happened"] for row in told["rows"]] == ["new", "declined"]


def test_a_stored_rule_is_tried_on_one_event(config: Path) -> None:
    told = json.loads(intake(config, "rules", "try", "--rule", "1", "--event", "1").output)
    assert (told["did"], told["verdicts"][0]["said"]) == ("declined", "yes")


def test_what_is_no_rule_is_told_and_a_rule_that_fits_nothing_has_a_status_of_its_own(
    config: Path, tmp_path: Path
) -> None:
    draft = tmp_path / "rule.json"
    draft.write_text('{"conditions": [{"about": "body", "op": "matches", "value": "("}]}', encoding="utf-8")
    wrong = intake(config, "rules", "try", str(draft))
    assert (wrong.exit_code, "conditions.0.value: bad-expression" in wrong.output) == (1, True)
    draft.write_text(
        json.dumps(body_of(drawn(Do.HOLD, ADS, reason="x", channels=("call",)))), encoding="utf-8"
    )
    assert intake(config, "rules", "try", str(draft)).exit_code == 3
    assert intake(config, "rules", "try", "--rule", "9").exit_code == 1
    assert intake(config, "rules", "try").exit_code == 2


def test_events_are_decided_again_or_only_told_what_would_be(config: Path) -> None:
    dry = intake(config, "replay", "--since", "2020-01-01", "--channel", "form", "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert [json.loads(line)["left"] for line in dry.output.splitlines()] == ["same", "same"]
    one = json.loads(intake(config, "replay", "1").output)
    assert (one["event_id"], one["before"], one["left"]) == (1, "declined", "same")
    assert intake(config, "replay", "999").exit_code == 1
    assert intake(config, "replay").exit_code == 2

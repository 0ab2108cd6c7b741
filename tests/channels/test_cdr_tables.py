"""Call records in a table; where records are; what they add to what was heard."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.channels.asterisk.cdr import Record, completed
from intake.channels.asterisk.cdr_sources import CdrTable, MasterCsv, source
from intake.errors import Rejected
from intake.model.calls import Call, CallEvent, Direction, Outcome, Step
from tests.channels.recorded import BEGUN, DIRECT, SINCE, calls, wall


def freepbx_table(path: Path, *rows: tuple[object, ...]) -> None:
    """A cdr table with the columns of FreePBX."""
    with sqlite3.connect(path) as database:
        database.execute(
            "create table cdr (calldate datetime, clid text, src text, dst text, dcontext text, channel text,"
            " dstchannel text, lastapp text, lastdata text, duration integer, billsec integer,"
            " disposition text, amaflags integer, accountcode text, uniqueid text, userfield text,"
            " did text, recordingfile text, cnum text, cnam text, linkedid text)"
        )
        for row in rows:
            database.execute(f"insert into cdr values ({','.join('?' * len(row))})", row)  # noqa: S608
    database.close()


def freepbx_row(**changes: object) -> tuple[object, ...]:
    row = {**DIRECT, "duration": 3, "billsec": 2, **changes}
    call = [
        wall(row["at"]),
        row["clid"],
        row["src"],
        row["dst"],
        "ext-group",
        row["channel"],
        row["dstchannel"],
    ]
    what = [row["lastapp"], row["lastdata"], row["duration"], row["billsec"], row["disposition"], 3, ""]
    own = ["74951000101", "in-74951000101.wav", "", ""]
    return (*call, *what, row["uniqueid"], "", *own, row["uniqueid"])


async def test_a_table_tells_the_same_and_its_own_columns_too(tmp_path: Path):
    freepbx_table(
        tmp_path / "cdr.db", freepbx_row(), freepbx_row(dstchannel="PJSIP/102-02", disposition="BUSY")
    )
    where = source(f"sqlite+aiosqlite:///{tmp_path / 'cdr.db'}")
    assert where == CdrTable(f"sqlite+aiosqlite:///{tmp_path / 'cdr.db'}", "cdr")
    (call,) = await calls(where)
    assert (call.linkedid, call.did, call.recording) == (f"{BEGUN}.0", "74951000101", "in-74951000101.wav")
    assert (call.answered_by, call.outcome) == (("101",), Outcome.ANSWERED)
    assert set(call.rang) == {"101", "102"}
    assert call.answered == datetime.fromtimestamp(BEGUN + 1, UTC)
    assert call.ended == datetime.fromtimestamp(BEGUN + 3, UTC)


async def test_a_bare_table_of_old_is_keyed_by_unique_id(tmp_path: Path):
    with sqlite3.connect(tmp_path / "cdr.db") as database:
        database.execute(
            "create table calls (start datetime, src text, dst text, clid text, channel text,"
            " dstchannel text, lastapp text, lastdata text, duration text, billsec text,"
            " disposition text, uniqueid text)"
        )
        database.execute(
            "insert into calls values (?, '89161234567', '101', '', 'PJSIP/trunk-1', 'PJSIP/101-2',"
            " 'Dial', '', '3', 'x', 'ANSWERED', ?)",
            (wall(0), f"{BEGUN}.0"),
        )
    database.close()
    (call,) = await calls(CdrTable(f"sqlite+aiosqlite:///{tmp_path / 'cdr.db'}", "calls"))
    assert (call.linkedid, call.number) == (f"{BEGUN}.0", "+79161234567")


async def test_only_rows_near_the_gap_are_asked_for(tmp_path: Path):
    old = [freepbx_row(at=-100_000 - n, uniqueid=f"{BEGUN - 100_000 - n}.1") for n in range(5)]
    freepbx_table(tmp_path / "cdr.db", *old, freepbx_row())
    where = CdrTable(f"sqlite+aiosqlite:///{tmp_path / 'cdr.db'}")
    naive = datetime.fromtimestamp(BEGUN, UTC).replace(tzinfo=None)
    rows = await where.records(naive - timedelta(hours=18), naive + timedelta(hours=14))
    assert [row.uniqueid for row in rows] == [f"{BEGUN}.0"]


@pytest.mark.parametrize("table", ["cdr; drop table cdr", "cdr'", "1cdr", "", "x" * 70, "cdr--"])
def test_a_table_is_a_name(table: str):
    with pytest.raises(Rejected, match="cdr-source"):
        CdrTable("sqlite+aiosqlite://", table)


@pytest.mark.parametrize("url", ["sqlite://", "nonsense://x", "mysql+nodriver://x/y", "://"])
def test_a_url_that_cannot_work_is_refused_when_it_is_set_up(url: str):
    with pytest.raises(Rejected, match="cdr-source"):
        source(url)


def test_settings_say_where_the_records_are(tmp_path: Path):
    assert source(" ") is None
    assert source("/var/log/asterisk/cdr-csv/Master.csv") == MasterCsv(
        Path("/var/log/asterisk/cdr-csv/Master.csv")
    )
    assert source("postgresql+asyncpg://u:hush@h/d#calls") == CdrTable(
        "postgresql+asyncpg://u:hush@h/d", "calls"
    )
    assert "hush" not in repr(source("postgresql+asyncpg://u:hush@h/d#calls"))


def ended(linkedid: str, **about: object) -> CallEvent:
    at = datetime.fromtimestamp(BEGUN + 3, UTC)
    call = Call(linkedid, Direction.IN, ended=at, **about)  # type: ignore[arg-type]
    return CallEvent("asterisk:1", f"{linkedid}:ended", at, Step.ENDED, call)


def test_what_was_heard_is_completed_and_not_overwritten():
    told = ended("1.1", rang=("103",), outcome=Outcome.MISSED, queue="sales", started=SINCE)
    record = ended("1.1", rang=("101",), answered_by=("101",), outcome=Outcome.ANSWERED, recording="a.wav")
    (whole,) = completed([told], [record], set())
    assert (whole.call.outcome, whole.call.answered_by, whole.call.rang) == (
        Outcome.ANSWERED,
        ("101",),
        ("103", "101"),
    )
    assert (whole.call.queue, whole.call.recording, whole.call.started) == ("sales", "a.wav", SINCE)


def test_records_of_a_call_that_goes_on_do_not_end_it():
    assert completed([], [ended("1.1"), ended("1.2")], {"1.1"}) == [ended("1.2")]


def test_no_moment_is_put_before_another_by_the_cut_off_fractions():
    started = datetime.fromtimestamp(BEGUN + 3.7, UTC)
    record = ended("1.1", answered=datetime.fromtimestamp(BEGUN + 3, UTC), answered_by=("101",))
    (whole,) = completed([ended("1.1", started=started)], [record], set())
    assert whole.call.started == whole.call.answered == whole.call.ended == whole.at


def test_a_record_without_any_id_still_has_a_key():
    moment = datetime(2026, 11, 21, 19, 14, 42)  # noqa: DTZ001
    record = Record(moment, None, moment, "", "", "", "PJSIP/trunk-1", "", "", "", "")
    assert record.key == "csv:20261121T191442:PJSIP/trunk-1"

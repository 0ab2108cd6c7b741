"""Calls put together again from what the PBX wrote down about them."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.channels.asterisk.cdr import Span, in_utc, recover
from intake.channels.asterisk.cdr_sources import MasterCsv
from intake.model.calls import Direction, Outcome, Step
from tests.channels.nasty import LINES
from tests.channels.recorded import BEGUN, DIRECT, MOSCOW, SINCE, UNTIL, calls, own_zone, wall


def line(*, ids: str = "all", zone: timedelta = MOSCOW, **changes: object) -> str:
    """One line of Master.csv. `ids`: which of cdr_csv's optional columns are on."""
    row = {**DIRECT, **changes}
    times = [
        wall(row["at"], zone),
        wall(row["answer"], zone) if row["answer"] else "",
        wall(row["end"], zone),
    ]
    call = [row["src"], row["dst"], "from-internal", row["clid"], row["channel"], row["dstchannel"]]
    what = [row["lastapp"], row["lastdata"], *times, 0, 0, row["disposition"], "DOCUMENTATION"]
    linkedid = row.get("linkedid", row["uniqueid"])
    extra = {
        "none": [],
        "unique": [row["uniqueid"]],
        "unique+user": [row["uniqueid"], "did:1"],
        "all": [row["uniqueid"], "", "", linkedid, 7],
        "linked": ["", linkedid, 7],
    }[ids]
    fields = [str(field).replace('"', '""') for field in ["", *call, *what, *extra]]
    return ",".join(f'"{field}"' for field in fields) + "\n"


@pytest.fixture
def master(tmp_path: Path) -> MasterCsv:
    return MasterCsv(tmp_path / "Master.csv")


async def test_a_direct_call_is_told_as_the_tracker_would_have_ended_it(master: MasterCsv):
    master.path.write_text(line())
    (event,) = await recover(master, "asterisk:1", LINES, Span(SINCE, UNTIL))
    assert (event.external_id, event.step, event.channel) == (f"{BEGUN}.0:ended", Step.ENDED, "asterisk:1")
    call = event.call
    assert (call.number, call.name, call.trunk) == ("+79161234567", "Иван Сидоров", "trunk")
    assert (call.direction, call.outcome, call.answered_by) == (Direction.IN, Outcome.ANSWERED, ("101",))
    assert call.started == datetime.fromtimestamp(BEGUN, UTC)
    assert call.answered == datetime.fromtimestamp(BEGUN + 1, UTC)
    assert call.ended == event.at == datetime.fromtimestamp(BEGUN + 3, UTC)
    assert call.partial
    assert "PJSIP/101-00000001" in event.raw


@pytest.mark.parametrize(
    "zone", [timedelta(0), MOSCOW, timedelta(hours=-3, minutes=-30), timedelta(hours=12)]
)
async def test_the_pbx_zone_is_read_off_its_unique_ids(master: MasterCsv, zone: timedelta):
    later = line(zone=zone, at=100, answer=101, end=110, uniqueid=f"{BEGUN + 99}.5")
    master.path.write_text(line(zone=zone) + later)
    assert [call.started for call in await calls(master)] == [
        datetime.fromtimestamp(BEGUN, UTC),
        datetime.fromtimestamp(BEGUN + 100, UTC),
    ]


async def test_a_transfer_late_in_a_call_is_not_taken_for_another_zone(master: MasterCsv):
    master.path.write_text(line() + line(at=250, answer=251, end=260) + line(at=1200, answer=1201, end=1210))
    rows = in_utc(await master.records(datetime.min, datetime.max))  # noqa: DTZ901
    assert [row.started.timestamp() - BEGUN for row in rows] == [0, 250, 1200]


@pytest.mark.parametrize(
    ("ids", "linkedid"),
    [("all", "1.0"), ("linked", "1.0"), ("unique", f"{BEGUN}.0"), ("unique+user", f"{BEGUN}.0")],
)
async def test_rows_are_keyed_by_the_best_id_there_is(master: MasterCsv, ids: str, linkedid: str):
    master.path.write_text(line(ids=ids, linkedid="1.0", zone=own_zone()))
    assert [call.linkedid for call in await calls(master)] == [linkedid]


async def test_without_any_id_a_call_has_a_key_of_its_own(master: MasterCsv):
    master.path.write_text(line(ids="none", zone=own_zone()))
    (call,) = await calls(master)
    assert call.linkedid.startswith("csv:")
    assert call.linkedid.endswith(":PJSIP/trunk-00000000")
    assert call.started == datetime.fromtimestamp(BEGUN, UTC)


async def test_a_ring_group_is_one_call(master: MasterCsv):
    loser = line(dstchannel="PJSIP/102-00000002", disposition="NO ANSWER", answer=0)
    master.path.write_text(loser + line())
    (call,) = await calls(master)
    assert (call.rang, call.answered_by) == (("102", "101"), ("101",))


async def test_somebodys_second_telephone_is_theirs_in_the_records_too(master: MasterCsv):
    desk = line(dstchannel="PJSIP/101-00000002", disposition="NO ANSWER", answer=0)
    master.path.write_text(desk + line(dstchannel="PJSIP/101-web-00000003"))
    (call,) = await calls(master)
    assert (call.rang, call.answered_by) == (("101",), ("101",))


async def test_a_queue_that_answered_is_no_person(master: MasterCsv):
    master.path.write_text(
        line(dst="74951000300", lastapp="Queue", lastdata="sales,tT,,,30", disposition="NO ANSWER", answer=1)
    )
    (call,) = await calls(master)
    assert (call.queue, call.did, call.outcome, call.rang) == (
        "sales",
        "74951000300",
        Outcome.MISSED,
        ("101",),
    )


async def test_voicemail_is_no_person(master: MasterCsv):
    master.path.write_text(line(dstchannel="", lastapp="VoiceMail", dst="74951000300"))
    (call,) = await calls(master)
    assert (call.outcome, call.answered_by, call.answered) == (Outcome.MISSED, (), None)


async def test_behind_local_channels_the_phone_counts_once(master: MasterCsv):
    master.path.write_text(
        line(dst="74951000301", lastapp="Queue", dstchannel="Local/101@from-internal-00000002;1")
        + line(
            channel="Local/101@from-internal-00000002;2",
            uniqueid=f"{BEGUN}.2",
            linkedid=f"{BEGUN}.0",
            dstchannel="PJSIP/101-0000000e",
        )
    )
    (call,) = await calls(master)
    assert (call.rang, call.answered_by) == (("101",), ("101",))


async def test_without_linked_ids_a_local_channel_names_the_phone(master: MasterCsv):
    master.path.write_text(
        line(ids="unique", lastapp="Queue", dstchannel="Local/101@from-internal-00000002;1", zone=own_zone())
    )
    (call,) = await calls(master)
    assert call.answered_by == ("101",)


async def test_a_blind_transfer_has_two_people(master: MasterCsv):
    master.path.write_text(line() + line(dstchannel="PJSIP/102-00000002", at=3, answer=4, end=9, dst="102"))
    (call,) = await calls(master)
    assert call.answered_by == ("101", "102")
    assert call.ended == datetime.fromtimestamp(BEGUN + 9, UTC)


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [
        ("ANSWERED", Outcome.ANSWERED),
        ("BUSY", Outcome.BUSY),
        ("FAILED", Outcome.FAILED),
        ("NO ANSWER", Outcome.MISSED),
    ],
)
async def test_an_outgoing_call_has_the_number_dialled(master: MasterCsv, disposition: str, outcome: Outcome):
    master.path.write_text(
        line(
            src="74951000100",
            dst="+79161234567",
            channel="PJSIP/101-0000002c",
            dstchannel="PJSIP/trunk-0000002d",
            disposition=disposition,
        )
    )
    (call,) = await calls(master)
    assert (call.direction, call.number, call.outcome) == (Direction.OUT, "+79161234567", outcome)
    assert call.answered_by == (("101",) if outcome is Outcome.ANSWERED else ())


async def test_calls_inside_the_house_are_left_out(master: MasterCsv):
    master.path.write_text(line(src="102", channel="PJSIP/102-00000001"))
    assert await calls(master) == []


async def test_only_calls_that_ended_in_the_gap_are_told(master: MasterCsv):
    hour = 3600
    master.path.write_text(
        line(at=-2 * hour, answer=-2 * hour + 1, end=-hour, uniqueid=f"{BEGUN - 2 * hour}.1")
        + line(at=-hour, answer=-hour + 1, end=10, uniqueid=f"{BEGUN - hour}.2")
        + line(at=hour, answer=hour + 1, end=2 * hour, uniqueid=f"{BEGUN + hour}.3")
    )
    assert [call.linkedid for call in await calls(master)] == [f"{BEGUN - hour}.2"]


async def test_a_pbx_whose_clock_is_wrong_is_understood(master: MasterCsv):
    master.path.write_text(line())
    wrong = timedelta(hours=2, seconds=17)
    events = await recover(master, "asterisk:1", LINES, Span(SINCE - wrong, UNTIL - wrong, wrong))
    assert [event.at for event in events] == [datetime.fromtimestamp(BEGUN + 3, UTC) - wrong]


async def test_a_withheld_number_is_nobody(master: MasterCsv):
    master.path.write_text(line(src="anonymous", clid='"Anonymous" <anonymous>'))
    (call,) = await calls(master)
    assert (call.number, call.number_raw) == (None, "anonymous")


async def test_a_last_line_that_is_still_being_written_is_left_out(master: MasterCsv):
    whole = line()
    master.path.write_text(whole + line(uniqueid=f"{BEGUN}.9")[:-20])
    assert [call.linkedid for call in await calls(master)] == [f"{BEGUN}.0"]


async def test_lines_that_are_none_are_passed_over(master: MasterCsv):
    rubbish = b'"a,b\n\n\xff\xfe\x00\n"x","y"\n' + b'"' * 300_000 + b"\n" + b",".join([b'"1"'] * 17) + b"\n"
    master.path.write_bytes(rubbish + line().encode() + rubbish)
    assert len(await calls(master)) == 1


async def test_names_in_cp1251_are_read(master: MasterCsv):
    master.path.write_bytes(line().encode("cp1251"))
    (call,) = await calls(master)
    assert call.name == "Иван Сидоров"


async def test_rows_from_before_a_rotation_are_read_too(master: MasterCsv):
    rotated = master.path.with_name("Master.csv.1")
    rotated.write_text(line())
    packed = master.path.with_name("Master.csv.2.gz")
    packed.write_bytes(b"\x1f\x8b")
    ancient = master.path.with_name("Master.csv.3")
    ancient.write_text(line(uniqueid=f"{BEGUN}.7"))
    os.utime(ancient, (BEGUN - 90_000, BEGUN - 90_000))
    master.path.write_text(line(uniqueid=f"{BEGUN}.8"))
    assert [call.linkedid for call in await calls(master)] == [f"{BEGUN}.0", f"{BEGUN}.8"]


async def test_of_a_huge_file_only_the_end_is_read(master: MasterCsv, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("intake.channels.asterisk.cdr_sources.MOST_BYTES", 1000)
    master.path.write_text(line(uniqueid=f"{BEGUN}.1") * 50 + line())
    rows = await master.records(datetime.min, datetime.max)  # noqa: DTZ901
    assert 0 < len(rows) < 5
    assert rows[-1].uniqueid == f"{BEGUN}.0"


async def test_a_file_that_is_not_there_is_told(master: MasterCsv):
    with pytest.raises(FileNotFoundError):
        await master.records(datetime.min, datetime.max)  # noqa: DTZ901

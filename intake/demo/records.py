"""The simulator's call records: rows of Master.csv as Asterisk's cdr_csv writes them, and Cdr events."""

import csv
import time
from datetime import UTC, datetime
from pathlib import Path

from intake.demo.ami import Message
from intake.demo.ride import Leg
from intake.demo.switch import Channel

# cdr_csv.conf: usegmtime, loguniqueid, loguserfield and newcdrcolumns are all on.
COLUMNS = (
    "AccountCode",
    "Source",
    "Destination",
    "DestinationContext",
    "CallerID",
    "Channel",
    "DestinationChannel",
    "LastApplication",
    "LastData",
    "StartTime",
    "AnswerTime",
    "EndTime",
    "Duration",
    "BillableSeconds",
    "Disposition",
    "AMAFlags",
    "UniqueID",
    "UserField",
    "PeerAccount",
    "LinkedId",
    "Sequence",
)


def rows(root: Channel, legs: list[Leg]) -> list[list[str]]:
    """One row for every phone that was rung, or one for the caller alone."""
    return [_row(root, leg) for leg in legs] or [_row(root, None)]


def event(row: list[str]) -> Message:
    """A row as the fields of a Cdr event."""
    return list(zip(COLUMNS, row, strict=True))


def append(path: Path, new: list[list[str]]) -> None:
    """Add rows to Master.csv."""
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerows(new)


def _row(root: Channel, leg: Leg | None) -> list[str]:
    ended = time.time()
    answered_at = leg.answered_at if leg else None
    talked = round(ended - answered_at) if answered_at else 0
    caller = ["", root.number, root.exten, root.context, f'"{root.caller_name}" <{root.number}>']
    channels = [root.name, leg.channel.name if leg else "", root.application, ""]
    times = [_stamp(root.begun), _stamp(answered_at) if answered_at else "", _stamp(ended)]
    seconds = [str(round(ended - root.begun)), str(talked)]
    disposition = [leg.disposition if leg else "NO ANSWER", "DOCUMENTATION"]
    return [*caller, *channels, *times, *seconds, *disposition, root.uniqueid, "", "", root.linkedid, "0"]


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")

"""Calls as a PBX writes them down, and how they are read."""

from datetime import UTC, datetime, timedelta
from typing import Any

from intake.channels.asterisk.cdr import CdrSource, Span, recover
from intake.model.calls import Call
from tests.channels.nasty import LINES

MOSCOW = timedelta(hours=3)
BEGUN = 1795288482  # 2026-11-21 19:14:42 UTC
SINCE = datetime.fromtimestamp(BEGUN, UTC) - timedelta(minutes=5)
UNTIL = SINCE + timedelta(minutes=10)

DIRECT: dict[str, Any] = {
    "src": "+79161234567",
    "dst": "101",
    "clid": '"Иван Сидоров" <+79161234567>',
    "channel": "PJSIP/trunk-00000000",
    "dstchannel": "PJSIP/101-00000001",
    "lastapp": "Dial",
    "lastdata": "PJSIP/101,5,tT",
    "at": 0,
    "answer": 1,
    "end": 3,
    "disposition": "ANSWERED",
    "uniqueid": f"{BEGUN}.0",
}


def wall(second: float, zone: timedelta = MOSCOW) -> str:
    return (datetime.fromtimestamp(BEGUN + second, UTC) + zone).strftime("%Y-%m-%d %H:%M:%S")


async def calls(where: CdrSource) -> list[Call]:
    return [event.call for event in await recover(where, "asterisk:1", LINES, Span(SINCE, UNTIL))]


def own_zone() -> timedelta:
    """Where no unique id tells the zone, it is taken to be ours."""
    return datetime.fromtimestamp(BEGUN).astimezone().utcoffset() or timedelta(0)

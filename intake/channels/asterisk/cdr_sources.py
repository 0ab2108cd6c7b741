"""Where Asterisk leaves its call records: the file Master.csv, or a table of any database."""

import asyncio
import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import MetaData, Table, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from intake.channels.asterisk.cdr import CdrSource, Record
from intake.errors import Rejected

MOST_BYTES = 16 * 1024 * 1024  # from the end of each file
MOST_ROWS = 50_000  # of a table, the newest
MAX_TEXT = 200  # letters kept of a field

_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_UNIQUEID = re.compile(r"(.*-)?\d{9,11}\.\d+|intake-[0-9a-f-]{36}")
_FIXED = 16  # columns that cdr_csv always writes
_NEW_COLUMNS = 3  # newcdrcolumns: peeraccount, linkedid, sequence


def source(where: str) -> CdrSource | None:
    """The source behind a setting: «/var/log/asterisk/cdr-csv/Master.csv», «mysql+aiomysql://…/asteriskcdrdb#cdr»
    (after # the table, «cdr» unless said), or '' for none. Raises `Rejected` (cdr-source)."""
    if not where.strip():
        return None
    if "://" not in where:
        return MasterCsv(Path(where.strip()))
    url, _, table = where.strip().partition("#")
    return CdrTable(url, table or "cdr")


@dataclass(frozen=True, slots=True)
class MasterCsv:
    """cdr_csv's file. Older ones beside it («Master.csv.1»), left by a rotation, are read unless packed."""

    path: Path

    async def records(self, earliest: datetime, latest: datetime) -> list[Record]:
        """As `CdrSource.records`. Raises OSError when the file cannot be read."""
        rows = await asyncio.to_thread(self._rows, earliest.replace(tzinfo=UTC))
        return [row for row in rows if earliest <= row.started <= latest]

    def _rows(self, earliest: datetime) -> list[Record]:
        rotated = [path for path in self.path.parent.glob(f"{self.path.name}?*") if path.suffix != ".gz"]
        recent = [path for path in rotated if path.stat().st_mtime >= earliest.timestamp()]
        recent.sort(key=lambda path: path.stat().st_mtime)
        return [row for path in [*recent, self.path] for row in read_csv(_tail(path))]


@dataclass(frozen=True, slots=True)
class CdrTable:
    """A table with the columns of Asterisk's cdr backends; FreePBX's (did, recordingfile) are used too."""

    url: str = field(repr=False)
    table: str = "cdr"

    def __post_init__(self) -> None:
        if not _TABLE.fullmatch(self.table):
            raise Rejected("cdr-source", why="table")
        try:
            create_async_engine(self.url)
        except (SQLAlchemyError, ImportError) as error:
            raise Rejected("cdr-source", why=type(error).__name__) from None

    async def records(self, earliest: datetime, latest: datetime) -> list[Record]:
        """As `CdrSource.records`. Raises SQLAlchemy's errors when the table cannot be read."""
        engine = create_async_engine(self.url)
        try:
            async with engine.connect() as connection:
                rows = await connection.run_sync(self._select, earliest, latest)
        finally:
            await engine.dispose()
        records = [read_row({name.lower(): value for name, value in row.items()}) for row in rows]
        return [record for record in reversed(records) if record is not None]

    def _select(
        self, connection: SyncConnection, earliest: datetime, latest: datetime
    ) -> list[Mapping[str, Any]]:
        table = Table(self.table, MetaData(), autoload_with=connection)
        columns = {column.name.lower(): column for column in table.columns}
        begun = columns["calldate"] if "calldate" in columns else columns["start"]
        if getattr(begun.type, "timezone", False):
            earliest, latest = earliest.replace(tzinfo=UTC), latest.replace(tzinfo=UTC)
        query = select(table).where(begun.between(earliest, latest)).order_by(begun.desc()).limit(MOST_ROWS)
        return [dict(row) for row in connection.execute(query).mappings()]


def read_csv(text: str) -> Iterator[Record]:
    """The rows of a Master.csv; what is no row, like a last line still being written, is passed over."""
    for line in text.split("\n")[:-1]:
        with suppress(csv.Error, ValueError, IndexError, StopIteration):
            yield _csv_record([field[:MAX_TEXT] for field in next(csv.reader([line], strict=True))])


def read_row(row: Mapping[str, Any]) -> Record | None:
    """A row of a cdr table by its columns' lower-case names; None when it has no time."""
    started = row.get("calldate") or row.get("start")
    if not isinstance(started, datetime):
        return None
    started = started.replace(tzinfo=None)
    ended = started + timedelta(seconds=_seconds(row.get("duration")))
    talked = _seconds(row.get("billsec"))
    texts = {name: str(row.get(column) or "")[:MAX_TEXT] for name, column in _COLUMNS.items()}
    return Record(started, ended - timedelta(seconds=talked) if talked else None, ended, **texts)


_COLUMNS = {
    "source": "src",
    "destination": "dst",
    "caller_id": "clid",
    "channel": "channel",
    "dialled": "dstchannel",
    "application": "lastapp",
    "data": "lastdata",
    "disposition": "disposition",
    "uniqueid": "uniqueid",
    "linkedid": "linkedid",
    "did": "did",
    "recording": "recordingfile",
}


def _csv_record(row: list[str]) -> Record:
    """cdr_csv's columns by place; the unique and linked ids come after sixteen fixed ones, when they come."""
    _, source_, destination, _, caller_id, channel, dialled, application, data, start, answer, end = row[:12]
    extra = row[_FIXED:]
    linkedid = extra[-2] if len(extra) >= _NEW_COLUMNS else ""
    uniqueid = extra[0] if extra and _UNIQUEID.fullmatch(extra[0]) else ""
    return Record(
        started=_moment(start),
        answered=_moment(answer) if answer else None,
        ended=_moment(end),
        source=source_,
        destination=destination,
        caller_id=caller_id,
        channel=channel,
        dialled=dialled,
        application=application,
        data=data,
        disposition=row[14],
        uniqueid=uniqueid,
        linkedid=linkedid,
    )


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the zone is found out later


def _seconds(value: object) -> int:
    with suppress(ValueError):
        return max(0, int(str(value or 0)))
    return 0


def _tail(path: Path) -> str:
    """The end of a file, from the beginning of a line. Names are utf-8, or cp1251 as the trunk sent them."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - MOST_BYTES))
        data = file.read()
    lines = data.split(b"\n")[1 if size > MOST_BYTES else 0 :]
    return "\n".join(_text(line) for line in lines)


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1251", errors="replace")

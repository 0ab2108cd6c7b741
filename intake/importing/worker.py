"""The process that reads: `python -m intake.importing.worker inspect|read|workbook PATH`.

What it is told comes as JSON on standard input, what it finds goes as JSON lines to standard output. Its
memory and time are bounded, so that a file made to hurt hurts nobody but itself.
"""

import json
import resource
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from intake.errors import IntakeError
from intake.importing.limits import MOST_MEMORY, MOST_SECONDS
from intake.model.imports import BadRow, Draft, options_of, reading_of
from intake.model.wizard import PartyKind
from storage.batches import batches

BATCH = 200  # rows in one line of output


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 10))
    what, path = sys.argv[1], Path(sys.argv[2])
    try:
        {"inspect": _inspect, "read": _read, "workbook": _workbook}[what](path)
    except IntakeError as error:
        _say({"error": error.code, "params": error.params})
    except MemoryError:
        _say({"error": "too-large-inside", "params": {}})
    except RecursionError:
        _say({"error": "bad-file", "params": {}})


def _inspect(path: Path) -> None:
    from intake.importing.files import inspect  # noqa: PLC0415 - below the limit of memory

    told = json.loads(sys.stdin.readline())
    found = inspect(path, reading_of(told["reading"]) if told["reading"] else None)
    _say(asdict(found))


def _read(path: Path) -> None:
    from intake.importing.drafting import Drafter  # noqa: PLC0415
    from intake.importing.files import read_rows  # noqa: PLC0415

    told = json.loads(sys.stdin.readline())
    kind, columns, headings = PartyKind(told["kind"]), told["columns"], told["headings"]
    drafter = Drafter(kind, columns, headings, options_of(told["options"]))
    rows = islice(read_rows(path, reading_of(told["reading"])), told["seen"], None)
    for batch in batches(map(drafter.draft, rows), BATCH):
        _say([packed(one) for one in batch])
    _say({"end": True})


def _workbook(path: Path) -> None:
    """Rows of cells from standard input, a line of JSON each, the first of them the headings."""
    from intake.importing.workbook import write_workbook  # noqa: PLC0415

    write_workbook(path, (json.loads(line) for line in sys.stdin))


def packed(one: Draft | BadRow) -> list[Any]:
    """As JSON takes it with little room; `unpacked` reads it."""
    if isinstance(one, BadRow):
        return [one.line, one.cells, one.code, one.params]
    return [one.line, one.cells, {kind: _packed_party(party) for kind, party in one.parties.items()}]


def _packed_party(party: Any) -> list[Any]:
    points = [[one.kind, one.value, one.tail, one.extension, one.raw] for one in party.points]
    return [party.fields, party.names, points, party.number, party.responsible]


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

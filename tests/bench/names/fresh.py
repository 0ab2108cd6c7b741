"""A new process that opens a database and searches: what the first answer costs, and what memory.

`python -m tests.bench.names.fresh URL QUERIES MORE` prints one line of JSON.
"""

import json
import pickle
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import psutil

from tests.bench.names.ours import Ours


@dataclass(frozen=True, slots=True)
class Started:
    """Memory in bytes beyond what the process had before it opened the database."""

    first_milliseconds: float
    memory_after_first: int
    memory_after_all: int


def started(url: str, queries: Path, more: int) -> Started:
    """`queries`: a pickled list; they are asked `more` times after the first."""
    command = [sys.executable, "-m", "tests.bench.names.fresh", url, str(queries), str(more)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Started(*json.loads(done.stdout))


def main(url: str, queries: str, more: str) -> None:
    asked = pickle.loads(Path(queries).read_bytes())  # noqa: S301 our own file
    before, begun = _memory(), time.perf_counter()
    engine = Ours(url)
    engine.find(asked[0])
    first, after_first = (time.perf_counter() - begun) * 1000, _memory()
    for query in islice(cycle(asked), int(more)):
        engine.find(query)
    engine.close()
    print(json.dumps([first, after_first - before, _memory() - before]))


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    main(*sys.argv[1:])

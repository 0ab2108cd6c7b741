"""A real PostgreSQL of one's own on a free port of 127.0.0.1."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.real.ports import free_port

START_SECONDS = 60.0
PACKAGED = Path("/usr/lib/postgresql")
AS_INSTALLED = ()
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=128MB")
MEMORY = Path("/dev/shm")  # a database is made five times as fast there
NEEDED_BYTES = 1 << 30


def roomy_folder() -> Path:
    """A new folder for a server: in memory where there is plenty, else where temporary files are."""
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    roomy = in_memory and shutil.disk_usage(MEMORY).free > NEEDED_BYTES
    return Path(tempfile.mkdtemp(prefix="intake-postgres-", dir=MEMORY if roomy else None))


class Postgres:
    """Keeps everything below `folder`, which must be reachable for the user that the server runs as:
    oneself, or «postgres» for root, because the server refuses to run as root. It is fast, as nothing must
    survive a power cut, unless its `settings` are those that it is installed with."""

    def __init__(self, folder: Path, settings: Sequence[str] = CARELESS) -> None:
        self.folder, self._settings = folder, settings
        self.port = free_port()
        self._bin = max(PACKAGED.glob("*/bin"), key=lambda path: float(path.parent.name))
        self._user = "postgres" if os.geteuid() == 0 else None
        self._names = itertools.count()
        self._process: subprocess.Popen[bytes] | None = None
        if self._user:
            entry = pwd.getpwnam(self._user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+asyncpg://intake@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Returns when it takes connections."""
        if not (self.folder / "data").exists():
            self._run(
                "initdb",
                "-D",
                "data",
                "-U",
                "intake",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            )
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={self.folder}",
        ]
        options = [option for setting in [*settings, *self._settings] for option in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", "data", *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends it and every session of it («fast» shutdown)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_SECONDS)

    def create_database(self, template: str = "template1") -> str:
        """A new database, empty or a copy of `template`; returns its name."""
        name = f"test_{next(self._names)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop_database(self, name: str) -> None:
        """Also ends the sessions that a test forgot."""
        self._sql(f"DROP DATABASE {name} WITH (FORCE)")

    def _sql(self, statement: str) -> None:
        self._run(
            "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "intake", "-qc", statement, "postgres"
        )

    def _answers(self) -> bool:
        command = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            cwd=self.folder,
            user=self._user,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr}")

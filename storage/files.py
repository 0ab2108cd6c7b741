"""Attachments and large letters, outside the database: each content once, named by its SHA-256.

A file is kept before the transaction that refers to it: a crash in between leaves a file that nobody names,
never a name without its file. `sweep` of storage/retention.py takes those away when they are old enough.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LARGEST = 50_000_000  # bytes of one file; a larger attachment stays in the raw letter only
MOST = 300  # attachments of one letter that are kept; a bomb of parts stays in the raw letter only
SHOWN = frozenset(  # kinds that cannot run anything: all others are for downloading
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "application/pdf", "text/plain"}
)

_HEX = frozenset("0123456789abcdef")
_LEAVING = ".leaving"  # end of a name that is being removed


class Files:
    """A folder of contents. Everything here blocks: call it in a thread where the loop must not wait."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes) -> str:
        """On the disk, surely, when this returns; its digest. What was there already is not written again,
        but counts as new for `remove`."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        try:
            os.utime(path)
        except FileNotFoundError:
            _write(path, content)
        return digest

    def begin(self) -> "Draft":
        """A file that comes piece by piece."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return Draft(self, self.folder / f".{secrets.token_hex(8)}")

    def path(self, digest: str) -> Path:
        """Where it is, or would be. Raises ValueError for what is no digest: it may come from an address."""
        if len(digest) != 64 or not _HEX.issuperset(digest):
            raise ValueError("not a digest")
        return self.folder / digest[:2] / digest[2:4] / digest

    def read(self, digest: str) -> bytes:
        """Raises FileNotFoundError when it was removed."""
        return self.path(digest).read_bytes()

    def digests(self, older_than: float) -> Iterator[str]:
        """Of all files that were last kept more than so many seconds ago."""
        before = time.time() - older_than
        for path in self.folder.glob("??/??/*"):
            with suppress(FileNotFoundError):
                if _HEX.issuperset(path.name) and path.stat().st_mtime < before:
                    yield path.name

    def remove(self, digest: str, older_than: float) -> bool:
        """Unless it was kept again meanwhile. Whoever keeps it at this very moment writes it anew."""
        path = self.path(digest)
        leaving = path.with_name(digest + _LEAVING)
        try:
            path.rename(leaving)
        except FileNotFoundError:
            return False
        if leaving.stat().st_mtime >= time.time() - older_than:
            leaving.rename(path)
            return False
        leaving.unlink()
        return True


class Draft:
    """A file on its way in: it has to be kept or dropped. Blocks like `Files`."""

    def __init__(self, files: Files, path: Path) -> None:
        self._files, self._path = files, path
        self._file = path.open("xb")
        self._digest = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._file.write(piece)

    def keep(self) -> str:
        """As `Files.keep`."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = self._digest.hexdigest()
        path = self._files.path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path.rename(path)
        _sync_names(path)
        return digest

    def drop(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the power goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_names(path)


def _sync_names(path: Path) -> None:
    for folder in (path.parent, *path.parents[1:3]):
        _sync(folder)


def _sync(folder: Path) -> None:
    """Names of a folder are safe only when the folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

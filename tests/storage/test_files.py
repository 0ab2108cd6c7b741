"""Contents that are kept by their hash."""

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from storage.files import Files

DAY = 86_400.0


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


def older(files: Files, digest: str) -> None:
    """As if it had been kept two days ago."""
    then = time.time() - 2 * DAY
    os.utime(files.path(digest), (then, then))


def test_a_content_is_found_by_its_hash(files: Files):
    digest = files.keep("накладная".encode())
    assert digest == hashlib.sha256("накладная".encode()).hexdigest()
    assert files.read(digest) == "накладная".encode()


def test_the_same_content_is_kept_once(files: Files):
    first = files.keep(b"price list")
    inode = files.path(first).stat().st_ino
    assert files.keep(b"price list") == first
    assert files.path(first).stat().st_ino == inode
    assert len([path for path in files.folder.rglob("*") if path.is_file()]) == 1


def test_folders_are_two_deep(files: Files):
    digest = files.keep(b"x")
    assert files.path(digest).relative_to(files.folder) == Path(digest[:2]) / digest[2:4] / digest


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "g" * 64, "a" * 63 + "\n"]
)
def test_what_is_no_digest_leads_nowhere(files: Files, name: str):
    with pytest.raises(ValueError, match="not a digest"):
        files.path(name)


def test_a_full_disk_leaves_nothing_half_written(files: Files, monkeypatch: pytest.MonkeyPatch):
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.keep(b"x")
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []


def test_what_is_old_is_listed_and_removed(files: Files):
    old, new = files.keep(b"old"), files.keep(b"new")
    older(files, old)
    assert list(files.digests(DAY)) == [old]
    assert files.remove(old, DAY)
    assert not files.path(old).exists()
    assert files.read(new) == b"new"


def test_what_was_kept_again_meanwhile_stays(files: Files):
    digest = files.keep(b"x")
    older(files, digest)
    assert list(files.digests(DAY)) == [digest]
    files.keep(b"x")
    assert not files.remove(digest, DAY)
    assert files.read(digest) == b"x"


def test_removing_what_is_gone_is_harmless(files: Files):
    assert not files.remove("0" * 64, DAY)


def test_a_file_that_somebody_keeps_is_never_lost_to_the_sweeper(files: Files):
    """Both at once, many times: after `keep` it is there."""
    digest, lost, stop = hashlib.sha256(b"x").hexdigest(), [], threading.Event()

    def sweep() -> None:
        while not stop.is_set():
            files.remove(digest, DAY)

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    for _ in range(300):
        if files.path(digest).exists():
            older_or_gone(files, digest)
        files.keep(b"x")
        for _ in range(50):  # it may be on its way back to its name
            if files.path(digest).exists():
                break
            time.sleep(0.001)
        else:
            lost.append(digest)
    stop.set()
    sweeper.join()
    assert lost == []


def older_or_gone(files: Files, digest: str) -> None:
    try:
        older(files, digest)
    except FileNotFoundError:
        files.keep(b"x")

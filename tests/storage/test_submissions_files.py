"""Files that visitors sent along: kept as long as somebody needs them, then gone, their names stay."""

from datetime import timedelta
from pathlib import Path

import pytest

from intake.model.forms import Upload
from storage.access import COMMAND_LINE
from storage.columns import now
from storage.database import Database
from storage.files import Files
from storage.preferences import change_settings
from storage.retention import forget_sent, sweep, tidy
from storage.tables.forms import SubmissionFile
from tests.databases import store
from tests.storage.visiting import Visitors, web_form

pytestmark = pytest.mark.slow

ANY_AGE = -1  # seconds: the test does not wait a day


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@pytest.fixture
async def visitors(database: Database, files: Files) -> Visitors:
    await store(database, web_form())
    return Visitors(database, files.folder)


def upload(files: Files, content: bytes) -> Upload:
    return Upload("plan", "план.pdf", "application/pdf", len(content), files.keep(content))


async def test_what_was_sent_along_is_not_swept_away(visitors: Visitors, files: Files) -> None:
    sent, lost = upload(files, b"sent"), upload(files, b"never arrived")
    await visitors.send(files=(sent,))

    assert await sweep(visitors.database, files, ANY_AGE) == 1

    assert files.read(sent.digest) == b"sent"
    assert not files.path(lost.digest).exists()


async def test_old_files_go_by_the_administrators_setting_and_their_names_stay(
    visitors: Visitors, files: Files
) -> None:
    old, young = upload(files, b"old"), upload(files, b"young")
    await visitors.send(files=(old,), at=now() - timedelta(days=40))
    await visitors.send(files=(young,))
    async with visitors.database.transaction() as session:
        await change_settings(session, COMMAND_LINE, letter_file_days=30)

    await tidy(visitors.database, files)
    assert await sweep(visitors.database, files, ANY_AGE) == 1

    first, second = await visitors.all(SubmissionFile)
    assert (first.filename, first.removed_at is None) == ("план.pdf", False)
    assert second.removed_at is None
    assert files.read(young.digest) == b"young"


async def test_a_file_that_a_younger_request_names_too_stays(visitors: Visitors, files: Files) -> None:
    same = upload(files, b"same")
    await visitors.send(files=(same,), at=now() - timedelta(days=40))
    await visitors.send(files=(same,))

    assert await forget_sent(visitors.database, now() - timedelta(days=30)) == 1
    assert await sweep(visitors.database, files, ANY_AGE) == 0

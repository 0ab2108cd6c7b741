"""What is edited, taken back or told in parts, in whatever order; and how far our own messages have come."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from intake.model.chats import Attached, AttachmentKind, ChatKind, ChatStatus
from storage.columns import now
from storage.database import Database
from storage.history import stored_id
from storage.tables.chats import ChatAhead, ChatMessage, ChatPart
from storage.tables.inquiries import InquiryState
from tests.databases import store
from tests.storage.telling import PHOTO, Chats, bot, event

pytestmark = pytest.mark.slow


@pytest.fixture
async def chats(database: Database, tmp_path: Path) -> Chats:
    await store(database, bot())
    return Chats(database, tmp_path / "files")


async def test_an_edit_keeps_what_was_said_before(chats: Chats) -> None:
    first = await chats.write("Пять столов")
    await chats.edit(first, "Шесть столов", 1)
    await chats.edit(first, "Семь столов", 2)

    [message] = await chats.messages()
    dialogue = await chats.dialogue()
    assert (message.text, message.edited) == ("Семь столов", 2)
    assert message.edited_at is not None
    assert [one.text for one in await chats.versions()] == ["Пять столов", "Шесть столов"]
    assert (dialogue.last_text, dialogue.unread) == ("Семь столов", 1)
    assert len(await chats.inquiries()) == 1


async def test_an_older_edit_that_comes_late_is_no_news(chats: Chats) -> None:
    first = await chats.write("Пять столов")
    await chats.edit(first, "Семь столов", 1_767_000_000_002)
    await chats.edit(first, "Шесть столов", 1_767_000_000_001)

    [message] = await chats.messages()
    assert message.text == "Семь столов"
    assert len(await chats.versions()) == 1
    assert len(await chats.events()) == 3


async def test_an_edit_that_changes_nothing_leaves_no_version(chats: Chats) -> None:
    first = await chats.write("Пять столов", attachments=(PHOTO,))
    await chats.edit(first, "Пять столов")

    [message] = await chats.messages()
    assert message.edited_at is None
    assert await chats.versions() == []
    assert len(await chats.files()) == 1


async def test_an_edit_may_put_another_file_there(chats: Chats) -> None:
    first = await chats.write("Чертёж", attachments=(PHOTO,))
    plan = Attached(AttachmentKind.FILE, filename="план.pdf", ref="file-2")
    await chats.edit(first, "Чертёж", attachments=(plan,))

    photo, drawing = await chats.files()
    [version] = await chats.versions()
    assert photo.removed_at is not None
    assert (drawing.filename, drawing.removed_at, drawing.position) == ("план.pdf", None, 1)
    assert version.files == ["стол.jpg"]


async def test_an_edit_of_what_nobody_knows_becomes_a_message(chats: Chats) -> None:
    await chats.edit(event("Пять столов"), "Шесть столов")

    [message] = await chats.messages()
    assert (message.kind, message.text) == (ChatKind.MESSAGE, "Шесть столов")
    assert message.edited_at is not None
    assert await chats.inquiries() == []
    assert (await chats.dialogue()).unread == 1


async def test_an_edit_that_is_here_before_its_message_still_makes_work_of_it(chats: Chats) -> None:
    first = event("Пять столов")
    await chats.edit(first, "Шесть столов")
    await chats.hear(first)

    [message] = await chats.messages()
    [inquiry] = await chats.inquiries()
    [version] = await chats.versions()
    assert (message.text, message.inquiry_id, version.text) == ("Шесть столов", inquiry.id, "Пять столов")

    await chats.hear(replace(first, external_id="told by another way"))
    assert len(await chats.versions()) == len(await chats.messages()) == 1


async def test_a_message_that_is_told_under_another_name_is_one(chats: Chats) -> None:
    first = await chats.write("Столы")
    await chats.hear(replace(first, external_id="told by another way"))

    assert len(await chats.messages()) == 1
    assert len(await chats.events()) == 2
    assert (await chats.dialogue()).unread == 1


async def test_what_is_deleted_stays_readable(chats: Chats) -> None:
    first = await chats.write("Пароль 123")
    await chats.hear(replace(first, external_id="gone", kind=ChatKind.DELETE, text=""))

    [message] = await chats.messages()
    assert message.text == "Пароль 123"
    assert message.deleted_at is not None


async def test_what_is_deleted_before_it_comes_is_deleted(chats: Chats) -> None:
    await chats.write("Здравствуйте")
    said = event("Пароль 123")
    await chats.hear(replace(said, external_id="gone", kind=ChatKind.DELETE, text=""))
    await chats.hear(said)

    _, message = await chats.messages()
    assert message.deleted_at is not None
    assert await chats.all(ChatAhead) == []


async def test_nothing_is_begun_by_what_is_deleted(chats: Chats) -> None:
    await chats.write("", kind=ChatKind.DELETE)

    assert await chats.messages() == []
    assert len(await chats.events()) == 1


async def test_an_album_is_one_message_and_one_inquiry(chats: Chats) -> None:
    parts = [event("", attachments=(replace(PHOTO, filename=f"{n}.jpg"),), album="a1") for n in range(4)]
    parts[2] = replace(parts[2], text="Вот такие столы")
    for one in parts[:2]:
        await chats.hear(one)
    await chats.hear(*parts[2:])
    await chats.hear(parts[0])

    [message] = await chats.messages()
    [inquiry] = await chats.inquiries()
    dialogue = await chats.dialogue()
    assert [(one.filename, one.position) for one in await chats.files()] == [
        ("0.jpg", 0), ("1.jpg", 1), ("2.jpg", 2), ("3.jpg", 3),
    ]  # fmt: skip
    assert (message.text, inquiry.subject, dialogue.unread) == ("Вот такие столы", "Вот такие столы", 1)
    assert {one.message_id for one in await chats.all(ChatPart)} == {message.id}
    assert {one.inquiry_id for one in await chats.events()} == {inquiry.id}
    assert len(await chats.events()) == 4


async def test_an_album_is_gone_when_all_of_it_is(chats: Chats) -> None:
    parts = [event("", attachments=(PHOTO,), album="a1") for _ in range(2)]
    await chats.hear(*parts)
    await chats.hear(replace(parts[0], external_id="gone 1", kind=ChatKind.DELETE))
    [message] = await chats.messages()
    assert message.deleted_at is None

    await chats.hear(replace(parts[1], external_id="gone 2", kind=ChatKind.DELETE))
    [message] = await chats.messages()
    assert message.deleted_at is not None


async def test_an_edited_caption_leaves_an_albums_files(chats: Chats) -> None:
    parts = [event("", attachments=(replace(PHOTO, filename=f"{n}.jpg"),), album="a1") for n in range(3)]
    await chats.hear(*parts)
    await chats.edit(parts[0], "Столы")

    [message] = await chats.messages()
    assert message.text == "Столы"
    assert [one.removed_at for one in await chats.files()] == [None] * 3


async def test_an_answer_names_what_it_answers(chats: Chats) -> None:
    first = await chats.write("Столы")
    await chats.write("И стулья", reply_to=first.message_id)
    await chats.write("И шкафы", reply_to="nobody knows this one")

    one, two, three = await chats.messages()
    assert (two.reply_to, three.reply_to) == (one.id, None)


async def sent(chats: Chats, **values: object) -> int:
    await chats.write("Столы")
    return await chats.answered(stored_id(await chats.dialogue()), "ours", **values)


async def ours(chats: Chats, message_id: int) -> ChatMessage:
    return next(one for one in await chats.messages() if one.id == message_id)


async def test_a_status_never_goes_back(chats: Chats) -> None:
    message_id = await sent(chats)
    await chats.status("ours", ChatStatus.READ)
    await chats.status("ours", ChatStatus.DELIVERED)
    await chats.status("ours", ChatStatus.FAILED, error="too late to fail")

    message = await ours(chats, message_id)
    assert (message.status, message.error) == (ChatStatus.READ, "")
    assert len(await chats.inquiries()) == 1


async def test_what_arrived_after_all_did_not_fail(chats: Chats) -> None:
    message_id = await sent(chats)
    await chats.status("ours", ChatStatus.FAILED, error="131026: undeliverable")
    failed = await ours(chats, message_id)
    assert (failed.status, failed.error) == (ChatStatus.FAILED, "131026: undeliverable")

    await chats.status("ours", ChatStatus.DELIVERED)
    assert (await ours(chats, message_id)).status is ChatStatus.DELIVERED


async def test_a_status_of_what_is_still_being_sent_is_kept(chats: Chats) -> None:
    message_id = await sent(chats, status=ChatStatus.SENDING)
    await chats.status("ours", ChatStatus.DELIVERED)
    await chats.status("ours", ChatStatus.SENT)

    [ahead] = await chats.all(ChatAhead)
    assert (ahead.external_id, ahead.status) == ("ours", ChatStatus.DELIVERED)
    assert (await ours(chats, message_id)).status is ChatStatus.SENDING


async def test_of_several_parts_the_last_one_counts(chats: Chats, database: Database) -> None:
    message_id = await sent(chats)
    last = ChatPart(
        dialogue_id=stored_id(await chats.dialogue()), external_id="ours 2", message_id=message_id
    )
    await store(database, last)
    await chats.status("ours", ChatStatus.DELIVERED)
    assert (await ours(chats, message_id)).status is ChatStatus.SENT

    await chats.status("ours 2", ChatStatus.DELIVERED)
    assert (await ours(chats, message_id)).status is ChatStatus.DELIVERED


async def test_a_status_of_a_stranger_begins_nothing(chats: Chats) -> None:
    await chats.status("ours", ChatStatus.READ)

    assert await chats.messages() == []
    assert len(await chats.events()) == 1


async def test_what_follows_a_message_told_twice_is_new_work(chats: Chats) -> None:
    first = await chats.write("Столы")
    async with chats.database.transaction() as session:
        [inquiry] = await chats.inquiries()
        inquiry.state, inquiry.closed_at = InquiryState.CLOSED, now() - timedelta(days=9)
        inquiry.touched_at = now() - timedelta(days=9)
        session.add(inquiry)
    await chats.hear(replace(first, external_id="told by another way"), event("Стулья"))

    _, second = await chats.inquiries()
    assert [one.inquiry_id for one in await chats.messages()][1] == second.id


async def test_another_photo_without_a_name_is_seen_by_its_size(chats: Chats) -> None:
    first = await chats.write("Так?", attachments=(replace(PHOTO, filename=""),))
    await chats.edit(first, "Так?", attachments=(replace(PHOTO, filename="", ref="told anew"),))
    assert len(await chats.files()) == 1

    await chats.edit(first, "Так?", 2, attachments=(replace(PHOTO, filename="", size=9),))
    was, now_there = await chats.files()
    assert was.removed_at is not None
    assert (now_there.size, now_there.removed_at) == (9, None)

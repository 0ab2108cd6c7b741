"""A mailbox is heard from a real Dovecot."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from intake.channels.base import Fact
from intake.channels.imap.batches import MOST_LETTERS
from intake.errors import Deferred, Rejected
from intake.model.calls import Health, Link
from intake.model.letters import LetterEvent
from tests.channels.nasty import until
from tests.channels.postbox import Postbox, letter, listening, subject
from tests.real.dovecot import USER, Dovecot

pytestmark = pytest.mark.real


@pytest.fixture
def box() -> Postbox:
    return Postbox()


async def came(box: Postbox, *subjects: str) -> None:
    await until(lambda: box.subjects == list(subjects))


async def test_letters_that_were_there_come_in_order_and_whole(dovecot: Dovecot, box: Postbox):
    dovecot.post(*(letter(number, size=2000) for number in range(120)))
    async with listening(dovecot.port, box):
        await came(box, *(str(number) for number in range(120)))
    first = box.letters[0]
    uidvalidity, uid = box.places["INBOX"]
    assert first.raw == letter(0, size=2000)
    assert (first.channel, first.mailbox) == ("imap:1", USER)
    assert first.external_id == f"INBOX/{uidvalidity}/1"
    assert uid == 120
    assert timedelta(0) <= datetime.now(UTC) - first.at < timedelta(minutes=1)
    assert first.problems == ()


async def test_a_letter_that_arrives_is_told_at_once(dovecot: Dovecot, box: Postbox):
    async with listening(dovecot.port, box):
        await until(lambda: box.link() is Link.UP)
        await asyncio.sleep(1)  # in the long slice now
        began = time.monotonic()
        await asyncio.to_thread(dovecot.post, letter("new"))
        await came(box, "new")
        assert time.monotonic() - began < 3  # Dovecot itself waits for half a second


async def test_what_is_stored_does_not_come_again_after_a_restart_of_ours(dovecot: Dovecot, box: Postbox):
    dovecot.post(letter(1))
    async with listening(dovecot.port, box):
        await came(box, "1")
        await until(lambda: "INBOX" in box.places)
    dovecot.post(letter(2))
    async with listening(dovecot.port, box):
        await came(box, "1", "2")


async def test_several_folders_each_have_their_own_place(dovecot: Dovecot, box: Postbox):
    dovecot.post(letter("in"))
    dovecot.post(letter("order"), folder="Заявки")
    async with listening(dovecot.port, box, folders=("INBOX", "Заявки")):
        await until(lambda: sorted(box.subjects) == ["in", "order"])
        await asyncio.to_thread(dovecot.post, letter("second"), folder="Заявки")
        await until(lambda: "second" in box.subjects)
        await until(lambda: box.places["Заявки"][1] == 2)
    assert box.places["INBOX"][1] == 1


async def test_a_folder_that_is_not_there_is_told_and_holds_up_no_other(dovecot: Dovecot, box: Postbox):
    dovecot.post(letter("in"))
    async with listening(dovecot.port, box, folders=("INBOX", "Gone")):
        await came(box, "in")
        await until(lambda: "Gone" in box.health[-1].detail)
        assert box.link() is Link.UP
        await asyncio.to_thread(dovecot.post, letter("back"), folder="Gone")
        await came(box, "in", "back")
        await until(lambda: box.health[-1].detail == "")


async def test_a_restart_of_the_server_loses_nothing_and_is_told(dovecot: Dovecot, box: Postbox):
    dovecot.post(letter(1))
    async with listening(dovecot.port, box):
        await came(box, "1")
        await asyncio.to_thread(dovecot.stop)
        await until(lambda: box.link() is Link.DOWN)
        await asyncio.to_thread(dovecot.start)
        await asyncio.to_thread(dovecot.post, letter(2))
        await came(box, "1", "2")
        await until(lambda: box.link() is Link.UP)


async def test_a_connection_that_is_cut_and_comes_back_at_once_is_nothing_to_tell(
    dovecot: Dovecot, box: Postbox
):
    async with listening(dovecot.port, box):
        await until(lambda: box.link() is Link.UP)
        await asyncio.sleep(0.8)  # waiting in IDLE
        for number in range(3):
            await asyncio.to_thread(dovecot.cut_off)
            await asyncio.to_thread(dovecot.post, letter(number))
            await until(lambda: len(set(box.subjects)) == number + 1)  # noqa: B023 - waited for here
    assert [one.link for one in box.health if one.link is not Link.UP] == [Link.CONNECTING]
    assert sorted(set(box.subjects)) == ["0", "1", "2"]


async def test_another_uidvalidity_brings_everything_again(dovecot: Dovecot, box: Postbox):
    dovecot.post(letter(1), letter(2))
    async with listening(dovecot.port, box):
        await came(box, "1", "2")
        await until(lambda: "INBOX" in box.places)
        before = box.places["INBOX"]
        await asyncio.to_thread(dovecot.forget_uids)
        await came(box, "1", "2", "1", "2")
        await until(lambda: box.places["INBOX"][0] > before[0])
    assert len({one.external_id for one in box.letters}) == 4
    assert len({one.raw for one in box.letters}) == 2


async def test_a_stored_letter_is_flagged_and_only_then(dovecot: Dovecot, box: Postbox):
    def reject_one(fact: Fact) -> None:
        if isinstance(fact, LetterEvent) and subject(fact.raw) == "bad":
            raise Rejected("unstorable-fact")

    box.before_taking = reject_one
    dovecot.post(letter("good"), letter("bad"), letter("last"))
    async with listening(dovecot.port, box, after="flag"):
        await came(box, "good", "last")
        await until(lambda: "INBOX" in box.places)
        await until(lambda: "unstorable-fact" in box.health[-1].detail)
    with dovecot.client() as client:
        client.select_folder("INBOX")
        assert client.search("FLAGGED") == [1, 3]
        assert client.search("UNSEEN") == [1, 2, 3]


async def test_a_stored_letter_is_moved_and_the_folder_made(dovecot: Dovecot, box: Postbox):
    dovecot.post(letter(1), letter(2))
    async with listening(dovecot.port, box, after="move", move_to="Приняты"):
        await came(box, "1", "2")
        await asyncio.to_thread(dovecot.post, letter(3))
        await came(box, "1", "2", "3")
        await until(lambda: box.places["INBOX"][1] == 3)
    with dovecot.client() as client:
        assert client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"] == 0
        assert client.folder_status("Приняты", ["MESSAGES"])[b"MESSAGES"] == 3


async def test_the_first_scan_begins_at_a_date(dovecot: Dovecot, box: Postbox):
    now = datetime.now(UTC)
    dovecot.post(letter("old"), msg_time=now - timedelta(days=30))
    dovecot.post(letter("same day, too early"), msg_time=now - timedelta(hours=3))
    dovecot.post(letter("wanted"), msg_time=now - timedelta(hours=1))
    async with listening(dovecot.port, box, scan_from=now - timedelta(hours=2)):
        await came(box, "wanted")
        await asyncio.to_thread(dovecot.post, letter("new"))
        await came(box, "wanted", "new")
    assert abs(box.letters[0].at - (now - timedelta(hours=1))) < timedelta(seconds=1)


async def test_of_a_letter_that_is_too_large_only_the_head_is_taken(dovecot: Dovecot, box: Postbox):
    dovecot.post(letter("small"), letter("large", size=300_000), letter("last"))
    async with listening(dovecot.port, box, most_bytes=100_000):
        await came(box, "small", "large", "last")
    small, large, _last = box.letters
    assert (small.problems, large.problems) == ((), ("too-large",))
    assert large.raw.startswith(b"From: ivan@client.example\r\n")
    assert len(large.raw) < 200


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_of_ones_own_is_trusted_when_it_is_named(
    dovecot: Dovecot, box: Postbox, security: str
):
    port = dovecot.tls_port if security == "tls" else dovecot.port
    dovecot.post(letter(1))
    async with listening(port, box, security=security):
        await until(lambda: box.link() is Link.DOWN)
        assert "certificate" in box.health[-1].detail.lower()
    async with listening(port, box, security=security, ca_file=str(dovecot.ca_file)):
        await came(box, "1")
        await asyncio.sleep(0.8)
        await asyncio.to_thread(dovecot.post, letter(2))
        await came(box, "1", "2")


async def test_a_ca_file_that_is_not_there_is_for_a_person_to_correct(dovecot: Dovecot, box: Postbox):
    async with listening(dovecot.tls_port, box, security="tls", ca_file="/nowhere/ca.pem"):
        await until(lambda: box.link() is Link.REFUSED)
    assert box.health[-1].detail == "No such file or directory"


async def test_a_wrong_password_is_refused_in_the_servers_words_and_not_tried_on_and_on(
    dovecot: Dovecot, box: Postbox
):
    async with listening(dovecot.port, box, secret="wrong"):
        await until(lambda: box.link() is Link.REFUSED)
        await asyncio.sleep(1)
    assert box.health[-1].detail == "[AUTHENTICATIONFAILED] Authentication failed."
    assert (dovecot.folder / "log").read_text().count("auth failed") == 1
    assert "wrong" not in (dovecot.folder / "log").read_text()


async def test_while_the_database_is_away_a_letter_is_brought_again(dovecot: Dovecot, box: Postbox):
    refusals = iter(range(4))

    def defer(fact: Fact) -> None:
        if not isinstance(fact, Health) and next(refusals, None) is not None:
            raise Deferred("database-unavailable")

    box.before_taking = defer
    dovecot.post(letter(1), letter(2), letter(3))
    async with listening(dovecot.port, box):
        await until(lambda: box.places.get("INBOX", (0, 0))[1] == 3, seconds=10)
    assert box.subjects == ["1", "2", "3"]


async def test_it_stops_at_once_while_waiting(dovecot: Dovecot, box: Postbox):
    async with listening(dovecot.port, box):
        await until(lambda: box.link() is Link.UP)
        await asyncio.sleep(1)
        began = time.monotonic()
    assert time.monotonic() - began < 0.2


async def test_a_letter_that_somebody_deletes_meanwhile_holds_up_nothing(dovecot: Dovecot, box: Postbox):
    def delete_the_second(fact: Fact) -> None:
        if isinstance(fact, LetterEvent) and subject(fact.raw) == "0":
            with dovecot.client() as client:
                client.select_folder("INBOX")
                client.delete_messages([112])  # of the batch after the next, which is fetched already
                client.expunge()

    box.before_taking = delete_the_second
    dovecot.post(*(letter(number) for number in range(115)))
    async with listening(dovecot.port, box):
        await came(box, *(str(number) for number in range(115) if number != 111))


async def test_what_has_waited_is_brought_many_at_a_time(dovecot: Dovecot, box: Postbox):
    dovecot.post(*(letter(number) for number in range(70)))
    async with listening(dovecot.port, box):
        await came(box, *(str(number) for number in range(70)))
        await asyncio.to_thread(dovecot.post, letter("new"))
        await came(box, *(str(number) for number in range(70)), "new")
    assert box.most_at_once == MOST_LETTERS


async def test_one_that_cannot_be_stored_takes_no_other_with_it(dovecot: Dovecot, box: Postbox):
    def reject_one(fact: Fact) -> None:
        if isinstance(fact, LetterEvent) and subject(fact.raw) == "30":
            raise Rejected("unstorable-fact")

    box.before_taking = reject_one
    dovecot.post(*(letter(number) for number in range(70)))
    async with listening(dovecot.port, box, after="flag"):
        await came(box, *(str(number) for number in range(70) if number != 30))
        await until(lambda: box.places.get("INBOX", (0, 0))[1] == 70)
    with dovecot.client() as client:
        client.select_folder("INBOX")
        assert client.search("UNFLAGGED") == [31]

"""Mail servers that break off, stall, chatter and lie: no letter is lost, nothing spins, nothing hangs."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from intake.channels.imap import session
from intake.model.calls import Link
from tests.channels.mail_peer import Conversation, Peer, Said
from tests.channels.nasty import until
from tests.channels.postbox import QUICK, Postbox, letter, listening
from tests.real.dovecot import PASSWORD, USER

pytestmark = pytest.mark.slow

HASTY = replace(QUICK, connect=0.5, read=0.4)


@pytest.fixture
def box() -> Postbox:
    return Postbox()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with Peer().running() as running:
        yield running


async def came(box: Postbox, *subjects: str) -> None:
    await until(lambda: box.subjects == list(subjects), seconds=10)


async def test_a_letter_comes_as_soon_as_it_is_announced(peer: Peer, box: Postbox):
    peer.letters[3] = letter("old")
    async with listening(peer.port, box):
        await came(box, "old")
        await asyncio.sleep(0.7)  # in the long slice
        peer.arrive(9, letter("new"))
        began = time.monotonic()
        await came(box, "old", "new")
        assert time.monotonic() - began < 1
    assert box.places["INBOX"] == (7, 9)


async def test_a_server_that_hangs_up_while_we_wait_is_asked_again_after_a_pause(peer: Peer, box: Postbox):
    async def hang_up(said: Conversation, _tag: str, _rest: str) -> None:
        said.say("+ idling\r\n")
        await said.writer.drain()
        await asyncio.sleep(0.05)
        said.hang_up()

    peer.answers["IDLE"] = hang_up
    async with listening(peer.port, box):
        await asyncio.sleep(1)
        assert 3 < peer.connections < 30
        assert box.link() is Link.UP  # each time it was there again at once
        del peer.answers["IDLE"]
        peer.letters[1] = letter("after all")
        await came(box, "after all")


async def test_a_letter_announced_in_the_same_packet_as_idling_is_seen_at_once(peer: Peer, box: Postbox):
    async def both(said: Conversation, tag: str, _rest: str) -> None:
        peer.letters[1] = letter("hidden")
        said.say("+ idling\r\n* 1 EXISTS\r\n")
        await said.line()
        said.say(f"{tag} OK done\r\n")

    peer.answers["IDLE"] = both
    async with listening(peer.port, box, patience=replace(QUICK, slices=(20,))):
        await until(lambda: peer.asked["IDLE"] == 1)
        began = time.monotonic()
        await came(box, "hidden")
        assert time.monotonic() - began < 2
        await asyncio.sleep(0.5)
    assert peer.asked["IDLE"] <= 3  # and it does not go round and round


async def test_a_line_that_comes_in_two_packets_costs_no_letter(peer: Peer, box: Postbox):
    async def split(said: Conversation, tag: str, _rest: str) -> None:
        said.say("+ idling\r\n")
        await asyncio.sleep(0.1)
        peer.letters[1] = letter("split")
        said.say("* 1 EX")
        await asyncio.sleep(0.2)
        said.say("ISTS\r\n")
        await said.line()
        said.say(f"{tag} OK done\r\n")

    peer.answers["IDLE"] = split
    async with listening(peer.port, box):
        await came(box, "split")


async def test_a_server_without_idle_is_polled(peer: Peer, box: Postbox):
    peer.capabilities = peer.capabilities.replace(" IDLE", "")
    peer.greeting = "* OK ready\r\n"
    async with listening(peer.port, box):
        await until(lambda: box.link() is Link.UP)
        peer.letters[1] = letter("polled")
        await came(box, "polled")
    assert peer.asked["IDLE"] == 0


async def test_chatter_while_waiting_is_no_reason_to_look(peer: Peer, box: Postbox):
    async def chatter(said: Conversation, tag: str, _rest: str) -> None:
        said.say("+ idling\r\n")
        for _ in range(20):
            await asyncio.sleep(0.02)
            said.say("* OK Still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n")
        await said.line()
        said.say(f"{tag} OK done\r\n")

    peer.letters[1] = letter("seen")
    peer.answers["IDLE"] = chatter
    async with listening(peer.port, box):
        await came(box, "seen")
        await asyncio.sleep(0.6)
    assert peer.asked["EXAMINE"] <= 3


async def test_the_last_letter_that_every_search_returns_is_fetched_once(peer: Peer, box: Postbox):
    peer.capabilities = peer.capabilities.replace(" IDLE", "")
    peer.greeting = "* OK ready\r\n"
    peer.letters[5] = letter("last")
    async with listening(peer.port, box):
        await until(lambda: peer.asked["UID_SEARCH"] > 5)
    assert box.subjects == ["last"]
    assert peer.asked["UID_FETCH"] == 2  # its size, and itself


async def test_a_server_that_falls_silent_is_noticed(peer: Peer, box: Postbox):
    async def nothing(_said: Conversation, _tag: str, _rest: str) -> None:
        await asyncio.sleep(60)

    peer.answers["EXAMINE"] = nothing
    async with listening(peer.port, box, patience=HASTY):
        await until(lambda: box.link() is Link.DOWN)
        assert "timed out" in box.health[-1].detail
        del peer.answers["EXAMINE"]
        peer.letters[1] = letter("back")
        await came(box, "back")


async def test_it_stops_at_once_before_a_server_that_never_greets(peer: Peer, box: Postbox):
    peer.greeting = ""
    async with listening(peer.port, box, patience=replace(QUICK, connect=1)):
        await until(lambda: peer.connections == 1)
        began = time.monotonic()
    assert time.monotonic() - began < 0.2
    assert box.link() is Link.CONNECTING
    await asyncio.sleep(1.2)  # the thread has gone home


async def test_it_stops_at_once_in_the_middle_of_a_letter(peer: Peer, box: Postbox):
    async def half(said: Conversation, _tag: str, _rest: str) -> None:
        if "RFC822" in _rest:
            await Peer.uid_fetch(said, _tag, _rest)
            return
        said.say("* 1 FETCH (UID 1 BODY[] {100000}\r\nFrom: ")
        await asyncio.sleep(60)

    peer.letters[1] = letter("half")
    peer.answers["UID_FETCH"] = half
    async with listening(peer.port, box):
        await until(lambda: peer.asked["UID_FETCH"] == 2)
        began = time.monotonic()
    assert time.monotonic() - began < 0.2
    assert box.letters == []


@pytest.mark.parametrize(
    "answer",
    [
        "{tag} NO [UNAVAILABLE] Temporary authentication failure\r\n",
        "{tag} NO [ALERT] Too many simultaneous connections\r\n",
        "* BYE Too many connections from your address\r\n",
        None,
    ],
)
async def test_trouble_at_sign_in_that_passes_is_no_refusal(peer: Peer, box: Postbox, answer: str | None):
    async def say(said: Conversation, tag: str, _rest: str) -> None:
        said.say((answer or "").format(tag=tag))
        await said.writer.drain()
        if answer is None or "BYE" in answer:
            said.hang_up()

    peer.answers["AUTHENTICATE"] = say
    peer.letters[1] = letter("in the end")
    async with listening(peer.port, box):
        await until(lambda: peer.connections >= 3)
        assert Link.REFUSED not in {one.link for one in box.health}
        assert box.link() is Link.DOWN
        del peer.answers["AUTHENTICATE"]
        await came(box, "in the end")


async def test_a_refusal_is_told_in_the_servers_words_and_not_repeated(peer: Peer, box: Postbox):
    async def refuse(said: Conversation, tag: str, _rest: str) -> None:
        said.say(f"{tag} NO [AUTHENTICATIONFAILED] Неверный пароль\x07 или <b>IMAP</b> выключен\r\n")

    peer.answers["AUTHENTICATE"] = refuse
    async with listening(peer.port, box):
        await until(lambda: box.link() is Link.REFUSED)
        await asyncio.sleep(0.7)
    assert box.health[-1].detail == "[AUTHENTICATIONFAILED] Неверный пароль или <b>IMAP</b> выключен"
    assert peer.asked["AUTHENTICATE"] == 1


async def test_a_password_in_cyrillic_is_sent_as_it_is(peer: Peer, box: Postbox):
    async with listening(peer.port, box, secret="пароль \"'\\"):
        await until(lambda: box.link() is Link.UP)
    assert peer.signed_in[0] == f"\0{USER}\0пароль \"'\\"


async def test_where_there_is_only_login_names_are_quoted_and_nothing_is_smuggled_in(
    peer: Peer, box: Postbox
):
    peer.capabilities = peer.capabilities.replace("AUTH=PLAIN ", "")
    peer.greeting = "* OK ready\r\n"
    async with listening(peer.port, box, username='DOMAIN\\a "b"'):
        await until(lambda: box.link() is Link.UP)
    assert peer.signed_in == [f'LOGIN "DOMAIN\\\\a \\"b\\"" "{PASSWORD}"']
    async with listening(peer.port, box, secret="a\r\nX LOGOUT"):
        await until(lambda: box.link() is Link.REFUSED)
    assert peer.asked["LOGOUT"] == 0


async def test_a_letter_that_breaks_every_answer_is_brought_as_a_fact_and_holds_up_no_other(
    peer: Peer, box: Postbox
):
    async def poison(said: Conversation, tag: str, rest: str) -> None:
        if "RFC822" not in rest and "2" in rest.split(" ")[2].replace(":", ",").split(","):
            said.hang_up()
        await Peer.uid_fetch(said, tag, rest)

    peer.letters |= {number: letter(number) for number in (1, 2, 3, 4)}
    peer.answers["UID_FETCH"] = poison
    async with listening(peer.port, box):
        await came(box, "1", "", "3", "4")
    second = box.letters[1]
    assert (second.external_id, second.raw, second.problems) == ("INBOX/7/2", b"", ("not-given",))
    assert peer.connections < 12
    assert box.places["INBOX"] == (7, 4)


async def test_one_that_breaks_the_answer_fetched_ahead_brings_nothing_again(peer: Peer, box: Postbox):
    async def poison(said: Conversation, tag: str, rest: str) -> None:
        if "BODY" in rest and "55" in rest.split(" ")[2].split(","):
            said.hang_up()
        await Peer.uid_fetch(said, tag, rest)

    peer.letters |= {number: letter(number) for number in range(1, 61)}
    peer.answers["UID_FETCH"] = poison
    async with listening(peer.port, box):
        await came(box, *("" if number == 55 else str(number) for number in range(1, 61)))
    assert box.places["INBOX"] == (7, 60)


async def test_what_is_marked_is_marked_before_more_is_fetched(peer: Peer, box: Postbox):
    peer.letters |= {number: letter(number) for number in range(1, 121)}
    async with listening(peer.port, box, after="flag"):
        await until(lambda: box.places.get("INBOX") == (7, 120), seconds=10)
    done = [
        "store" if "STORE" in line else "fetch" for line in peer.lines if "STORE" in line or "BODY" in line
    ]
    assert done == ["fetch", "store"] * 3


async def broken_off(said: Conversation, tag: str, rest: str) -> None:
    """A text that no client can read, before the answer itself."""
    if "BODY.PEEK[]" in rest:
        said.say("* 1 FETCH (UID 1 BODY[] (((\r\n")
    await Peer.uid_fetch(said, tag, rest)


async def without_a_text(said: Conversation, tag: str, rest: str) -> None:
    if "BODY.PEEK[]" in rest:
        said.say(f"* 1 FETCH (UID 1 BODY[] NIL)\r\n{tag} OK done\r\n")
    else:
        await Peer.uid_fetch(said, tag, rest)


@pytest.mark.parametrize("answer", [broken_off, without_a_text])
async def test_of_a_letter_whose_text_cannot_be_had_the_head_is_brought(
    peer: Peer, box: Postbox, answer: Said
):
    peer.letters[1] = letter("head")
    peer.answers["UID_FETCH"] = answer
    async with listening(peer.port, box):
        await came(box, "head")
    assert box.letters[0].problems == ("not-given",)


@pytest.mark.parametrize("date", ["01-Jan-2099 00:00:00 +0000", "nonsense", "17-Nov-2026 25:61:61 +9900"])
async def test_a_time_that_cannot_be_is_now(peer: Peer, box: Postbox, date: str):
    peer.letters[1] = letter("when?")
    peer.date = date
    async with listening(peer.port, box):
        await came(box, "when?")
    assert abs(box.letters[0].at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "nonsense", [b"\xff\xfe\x00garbage\r\n", b"* 1 FETCH (UID\r\n", b"* SEARCH 1 x 2\r\n"]
)
async def test_nonsense_is_a_reason_to_start_afresh(peer: Peer, box: Postbox, nonsense: bytes):
    async def talk_nonsense(said: Conversation, tag: str, _rest: str) -> None:
        said.say(nonsense + f"{tag} OK done\r\n".encode())

    peer.answers["UID_SEARCH"] = talk_nonsense
    async with listening(peer.port, box):
        await until(lambda: peer.asked["UID_SEARCH"] >= 2)
        del peer.answers["UID_SEARCH"]
        peer.arrive(9, letter("sense"))
        await came(box, "sense")


async def test_marking_that_breaks_the_connection_is_given_up_not_the_letters(peer: Peer, box: Postbox):
    async def break_off(said: Conversation, _tag: str, _rest: str) -> None:
        said.hang_up()

    peer.answers["UID_STORE"] = break_off
    peer.letters |= {number: letter(number) for number in (1, 2)}
    async with listening(peer.port, box, after="flag"):
        await until(lambda: box.places.get("INBOX") == (7, 2), seconds=10)
        await until(lambda: box.health[-1].link is Link.UP and "flag" in box.health[-1].detail)
    assert peer.asked["UID_STORE"] == 3
    assert set(box.subjects) == {"1", "2"}


async def test_a_very_large_folder_is_searched_a_window_at_a_time(
    peer: Peer, box: Postbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(session, "FEW", 10)
    peer.letters |= {uid: letter(uid) for uid in (3, 4, 25, 26, 71)}
    async with listening(peer.port, box):
        await came(box, "3", "4", "25", "26", "71")
        await until(lambda: peer.asked["IDLE"] > 0)
    assert peer.asked["UID_SEARCH"] < 15


async def test_a_very_large_folder_needs_no_long_line(peer: Peer, box: Postbox):
    peer.letters[70_000] = letter("far")
    peer.exists = 200_000
    async with listening(peer.port, box):
        await came(box, "far")
    searches = [line for line in peer.lines if line.startswith("UID SEARCH")]
    assert searches[0] == "UID SEARCH UID 1:50000"


async def test_neither_password_nor_letter_is_logged(
    peer: Peer, box: Postbox, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    peer.letters[1] = letter("hush")
    async with listening(peer.port, box):
        await came(box, "hush")
    assert PASSWORD not in caplog.text
    assert "hush" not in caplog.text
    assert PASSWORD not in repr(box.letters)


async def test_nobody_at_the_address_is_told_and_tried_again(box: Postbox, peer: Peer):
    async with listening(1, box):
        await until(lambda: box.link() is Link.DOWN)
        assert "refused" in box.health[-1].detail


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example"])
async def test_an_address_that_cannot_be_is_for_a_person_to_correct(box: Postbox, host: str):
    async with listening(993, box, host=host):
        await until(lambda: box.link() is Link.REFUSED)


async def test_a_crash_between_storing_and_keeping_the_place_brings_a_letter_again_and_no_other(
    peer: Peer, box: Postbox
):
    kept = box.keep_place
    crashed: list[Any] = []

    async def crash(folder: str, uidvalidity: int, uid: int) -> None:
        if not crashed:
            crashed.append(uid)
            raise asyncio.CancelledError
        await kept(folder, uidvalidity, uid)

    box.keep_place = crash  # type: ignore[method-assign]
    peer.letters |= {1: letter(1), 2: letter(2)}
    async with listening(peer.port, box):
        await until(lambda: crashed)
    async with listening(peer.port, box):
        await came(box, "1", "2", "1", "2")
        await until(lambda: box.places == {"INBOX": (7, 2)})

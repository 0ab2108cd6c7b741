"""One connection to the PBX: each known fault of panoramisk by its name, and the PBX's own bad days."""

import asyncio
import logging
import time
from dataclasses import replace

import pytest

from intake.channels.asterisk import link as link_module
from intake.channels.asterisk.link import Link, Refused
from intake.errors import Deferred, Rejected
from tests.channels.nasty import HASTY, QUICK, Conversation, NastyPbx, connection, until

pytestmark = pytest.mark.slow


async def polite(pbx: Conversation) -> None:
    await pbx.welcome()
    await pbx.serve()


def names(heard) -> list[str]:
    return [message["Event"] for _, message in heard]


async def hear_events(link: Link, count: int) -> list[dict[str, str]]:
    """That many events, FullyBooted apart."""
    events: list[dict[str, str]] = []
    async with asyncio.timeout(30):
        while len(events) < count:
            heard = await link.heard(within=1)
            events += [message for _, message in heard if message["Event"] != "FullyBooted"]
    return events


async def test_a_letter_split_over_two_packets_stays_whole():
    event = "Event: Newchannel\r\nCallerIDName: Иванов\r\n\r\n".encode()
    cuts = [at for at in range(1, len(event)) if event[at] & 0xC0 == 0x80]

    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        for cut in cuts:
            await pbx.packets(event[:cut], event[cut:])
        await pbx.serve()

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        events = await hear_events(link, len(cuts))
        assert {event["CallerIDName"] for event in events} == {"Иванов"}
        await link.close()


async def test_a_message_that_cannot_be_handled_loses_neither_the_link_nor_the_packet(caplog, monkeypatch):
    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        pbx.send(b"".join(b"Event: E%d\r\n\r\n" % number for number in range(4)))
        await pbx.serve()

    original = Link.hear

    def breaking(self: Link, message) -> None:
        if message["Event"] == "E1":
            raise RuntimeError("broken handler")
        original(self, message)

    monkeypatch.setattr(Link, "hear", breaking)
    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        assert [event["Event"] for event in await hear_events(link, 3)] == ["E0", "E2", "E3"]
        assert len(pbx.conversations) == 1
        assert "broken handler" in caplog.text
        await link.close()


async def test_a_wrong_secret_is_told_in_the_pbx_own_words():
    async def manners(pbx: Conversation) -> None:
        login = await pbx.hear()
        pbx.say("Response: Error", f"ActionID: {login['ActionID']}", "Message: Authentication failed")

    async with NastyPbx(manners) as pbx:
        with pytest.raises(Refused) as refusal:
            await Link.open(connection(pbx.port), QUICK)
        assert refusal.value.params["words"] == "Authentication failed"
        await asyncio.sleep(0.3)
        assert pbx.asked("Login") == 1


async def test_a_login_that_is_never_answered_ends():
    async def manners(pbx: Conversation) -> None:
        await pbx.hear()
        await asyncio.sleep(60)

    async with NastyPbx(manners) as pbx:
        with pytest.raises(Deferred, match="pbx-silent"):
            await Link.open(connection(pbx.port), HASTY)


async def test_a_drop_during_login_is_told():
    async def manners(pbx: Conversation) -> None:
        await pbx.hear()
        pbx.hang_up()

    async with NastyPbx(manners) as pbx:
        with pytest.raises(Deferred, match="pbx-offline"):
            await Link.open(connection(pbx.port), QUICK)


async def test_nobody_listening_is_told():
    async with NastyPbx(polite) as pbx:
        port = pbx.port
    with pytest.raises(Deferred, match="pbx-unreachable"):
        await Link.open(connection(port), QUICK)


async def test_a_half_open_link_is_noticed_and_cut():
    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        await asyncio.sleep(60)

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), HASTY)
        await link.heard(within=1)
        with pytest.raises(Deferred, match="silent"):
            await link.heard(within=3)
        await link.close()


async def test_a_quiet_link_whose_pings_are_answered_stays():
    async with NastyPbx(polite) as pbx:
        link = await Link.open(connection(pbx.port), HASTY)
        await asyncio.sleep(1)
        await link.heard(within=0.01)
        assert await link.heard(within=0.01) == []
        assert pbx.asked("Ping") >= 3
        await link.close()


async def test_a_closed_link_never_comes_back():
    async with NastyPbx(polite) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        await link.close()
        await asyncio.sleep(0.5)
        assert len(pbx.conversations) == 1
        with pytest.raises(Deferred, match="pbx-offline"):
            await link.action("Ping")


async def test_closing_while_it_connects_leaves_nothing_behind():
    async with NastyPbx(polite) as pbx:
        opening = asyncio.create_task(Link.open(connection(pbx.port), QUICK))
        for turns in range(4):  # at every step of connecting
            opening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await opening
            opening = asyncio.create_task(Link.open(connection(pbx.port), QUICK))
            for _ in range(turns):
                await asyncio.sleep(0)
        await (await opening).close()
        before = len(pbx.conversations)
        await asyncio.sleep(0.3)
        assert len(pbx.conversations) == before


async def test_what_was_asked_before_a_drop_fails_at_once_and_is_never_sent_again():
    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        while (await pbx.hear())["Action"] != "Originate":
            pass
        pbx.hang_up()

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        with pytest.raises(Deferred, match="pbx-offline"):
            await link.action("Originate", {"Channel": "PJSIP/101"}, patience=5)
        again = await Link.open(connection(pbx.port), QUICK)
        await asyncio.sleep(0.2)
        assert pbx.asked("Originate") == 1
        await link.close()
        await again.close()


async def test_an_action_that_is_never_answered_ends():
    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        while True:
            action = await pbx.hear()
            if action["Action"] == "Ping":
                pbx.answer(action)

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), HASTY)
        with pytest.raises(Deferred, match="pbx-silent"):
            await link.action("QueueStatus")
        await link.close()


async def test_a_refused_list_ends():
    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        asked = await pbx.hear()
        pbx.say("Response: Error", f"ActionID: {asked['ActionID']}", "Message: Permission denied")
        await pbx.serve()

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        answers = await link.action("CoreShowChannels")
        assert [answer["Message"] for answer in answers] == ["Permission denied"]
        await link.close()


@pytest.mark.parametrize(
    "value", ["1\r\n\r\nAction: Command\r\nCommand: core stop now", "1\n2", "\x00", "\ud800"]
)
async def test_a_value_with_a_line_break_is_refused_and_nothing_is_sent(value: str):
    async with NastyPbx(polite) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        with pytest.raises(Rejected, match="pbx-value"):
            await link.action("Originate", {"Exten": value})
        await link.action("Ping")
        assert {action["Action"] for action in pbx.actions} == {"Login", "Ping"}
        await link.close()


async def test_an_event_with_the_action_id_of_a_running_action_is_heard():
    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        asked = await pbx.hear()
        action_id = f"ActionID: {asked['ActionID']}"
        pbx.say("Response: Success", action_id, "Message: Originate successfully queued")
        pbx.say("Event: OriginateResponse", action_id, "Response: Failure", "Reason: 5")
        await pbx.serve()

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        answers = await link.action("Originate", {"Channel": "PJSIP/101"})
        assert [answer["Response"] for answer in answers] == ["Success", "Failure"]
        assert [event["Event"] for event in await hear_events(link, 1)] == ["OriginateResponse"]
        await link.close()


async def test_the_snapshot_stands_between_what_was_heard_before_it_and_after_it():
    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        queues, channels = await pbx.hear(), None
        pbx.answer(queues)
        channels = await pbx.hear()
        action_id = f"ActionID: {channels['ActionID']}"
        pbx.say("Event: Before")
        pbx.say("Response: Success", action_id, "EventList: start", "Message: Channels will follow")
        pbx.say("Event: CoreShowChannel", action_id, "Channel: PJSIP/101-00000001")
        pbx.say("Event: CoreShowChannelsComplete", action_id, "EventList: Complete")
        pbx.say("Event: After")
        await pbx.serve()

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        snapshot = await link.snapshot()
        assert names(snapshot.before)[-1] == "Before"
        assert [line["Channel"] for line in snapshot.channels] == ["PJSIP/101-00000001"]
        heard = await link.heard(within=1)
        assert names(heard)[-1] == "After"
        assert not [name for name in names(heard) if name.startswith("CoreShow")]
        await link.close()


async def test_the_pbx_clock_is_held_against_ours():
    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        for timestamp in (f"Timestamp: {time.time() + 100:.6f}", "Timestamp: soon"):
            ping = await pbx.hear()
            pbx.say("Response: Success", f"ActionID: {ping['ActionID']}", "Ping: Pong", timestamp)
        await pbx.serve()

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), replace(QUICK, ping=10))
        assert abs((await link.skew()).total_seconds() - 100) < 1
        assert (await link.skew()).total_seconds() == 0
        await link.close()


async def test_garbage_is_passed_over():
    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        await pbx.packets(
            b"\x00\xff\r\n\r\n", b": :\r\n" * 50 + b"\r\n", bytes(range(256)) * 64 + b"\r\n\r\n"
        )
        pbx.say("Event: Newchannel", "CallerIDName: Event: Hangup <script>")
        await pbx.serve()

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        events = await hear_events(link, 1)
        assert events[-1]["CallerIDName"] == "Event: Hangup <script>"
        await link.close()


async def test_too_many_unheard_events_end_the_link_and_none_is_skipped(monkeypatch, caplog):
    monkeypatch.setattr(link_module, "MOST_UNHEARD", 100)

    async def manners(pbx: Conversation) -> None:
        await pbx.welcome()
        pbx.send(b"".join(b"Event: E%d\r\n\r\n" % number for number in range(500)))
        await pbx.serve()

    async with NastyPbx(manners) as pbx:
        link = await Link.open(connection(pbx.port), QUICK)
        await until(lambda: "wait to be heard" in caplog.text)
        heard = names(await link.heard(within=1))
        assert heard == ["FullyBooted", *(f"E{number}" for number in range(99))]
        with pytest.raises(Deferred, match="backlog"):
            await link.heard(within=1)
        await link.close()


async def test_the_secret_is_in_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    async with NastyPbx(polite) as pbx:
        settings = connection(pbx.port, secret="hush-hush")
        link = await Link.open(settings, QUICK)
        await link.close()
    assert "hush-hush" not in caplog.text
    assert "hush-hush" not in repr(settings)

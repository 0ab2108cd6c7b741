import csv
import time
from contextlib import closing

import pytest

from tests.real.ami import Ami
from tests.real.asterisk import Asterisk

pytestmark = pytest.mark.real


def test_a_call_from_outside_rings_a_phone_that_answers(asterisk: Asterisk) -> None:
    with closing(asterisk.ami()) as ami:
        asterisk.phone(101, ring_ms=200)
        asterisk.call("74951000101", "+79161234567", "Иван", talk_ms=300).wait()
        ami.until(lambda: len(ami.events("Hangup")) == 2, "Hangup")

        (answered,) = ami.events("DialEnd")
    assert answered["DialStatus"] == "ANSWER"
    assert (answered["CallerIDNum"], answered["CallerIDName"]) == ("+79161234567", "Иван")
    assert answered["DestChannel"].startswith("PJSIP/101-")


def test_a_phone_that_loses_the_ring_group_is_cancelled(asterisk: Asterisk) -> None:
    loser, winner = asterisk.phone(101, ring_ms=None), asterisk.phone(102, ring_ms=200)
    asterisk.call("74951000200", talk_ms=300).wait()

    loser.wait()
    winner.wait()


@pytest.mark.parametrize("mode", ["busy", "decline"])
def test_a_phone_may_refuse_a_call(asterisk: Asterisk, mode: str) -> None:
    phone = asterisk.phone(101, mode, ring_ms=100)  # type: ignore[arg-type]
    asterisk.call("74951000101", end="refused").wait()

    phone.wait()


def test_every_call_is_in_the_call_records(asterisk: Asterisk) -> None:
    asterisk.phone(103, ring_ms=100, talk_ms=200)
    asterisk.call("74951000103", "+79037654321", end="waits").wait()
    asterisk.hang_up_everything()

    records = list(csv.reader(asterisk.cdr_csv.read_text("utf-8").splitlines()))
    assert ["+79037654321", "103"] in [record[1:3] for record in records]


def test_a_killed_pbx_drops_its_listeners_and_comes_back(asterisk: Asterisk) -> None:
    ami = asterisk.ami()
    asterisk.kill()
    while ami.hear(1):
        pass
    ami.close()
    asterisk.start()

    with closing(asterisk.ami()) as again:
        assert again.events("FullyBooted")


def test_a_wrong_secret_is_refused(asterisk: Asterisk) -> None:
    with pytest.raises(AssertionError, match="Authentication failed"):
        Ami(asterisk.ami_port, asterisk.user, "wrong")


def test_nothing_of_one_test_is_left_for_the_next(asterisk: Asterisk) -> None:
    asterisk.phone(101, ring_ms=100)
    asterisk.call("74951000101", talk_ms=60_000)
    time.sleep(0.5)
    asterisk.hang_up_everything()

    with closing(asterisk.ami()) as ami:
        ami.send(Action="CoreShowChannels")
        ami.until(lambda: ami.events("CoreShowChannelsComplete"), "CoreShowChannelsComplete")
        assert ami.events("CoreShowChannelsComplete")[0]["ListItems"] == "0"

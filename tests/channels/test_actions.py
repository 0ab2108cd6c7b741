"""What we ask of the PBX: only what is on the list of what it may look like."""

import pytest

from intake.channels.asterisk.actions import originate, outside, redirect
from intake.errors import Rejected
from tests.channels.nasty import connection

HERE = connection(5038)


def test_a_click_to_call_rings_the_person_first_and_bears_our_id():
    fields = originate(HERE, "101", "+79161234567", "intake-1")
    assert fields["Channel"] == "PJSIP/101"
    assert fields["Exten"] == "+79161234567"
    assert fields["ChannelId"] == "intake-1"
    assert fields["Variable"] == ["__INTAKE_CALL=intake-1"]
    assert fields["Async"] == "true"


@pytest.mark.parametrize(
    ("number", "prefix", "dialled"),
    [
        ("+79161234567", "", "+79161234567"),
        ("+79161234567", "8", "89161234567"),
        ("+79161234567", "98", "989161234567"),
        ("+380441234567", "8", "810380441234567"),
        ("112", "9", "112"),
    ],
)
def test_outside_numbers_are_dialled_the_way_the_house_does(number: str, prefix: str, dialled: str):
    assert outside(number, prefix) == dialled


HOSTILE = [
    "",
    "1\r\nAction: Hangup",
    "101,2",
    "101&102",
    "${EXTEN}",
    "*72",
    "#",
    "1" * 40,
    "１０１",
    "10 1",
    "PJSIP/101",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_an_extension_is_digits_and_nothing_else(value: str):
    with pytest.raises(Rejected, match="dial-extension"):
        originate(HERE, value, "+79161234567", "intake-1")
    with pytest.raises(Rejected, match="dial-extension"):
        redirect(HERE, "PJSIP/trunk-00000001", value)


@pytest.mark.parametrize("value", [*HOSTILE, "+", "+7 916", "tel:+79161234567"])
def test_a_number_is_digits_and_nothing_else(value: str):
    with pytest.raises(Rejected, match="dial-number"):
        originate(HERE, "101", value, "intake-1")


@pytest.mark.parametrize(
    "channel",
    [
        "PJSIP/trunk-0000000a",
        "SIP/my-trunk-00000001",
        "DAHDI/i1/84951234567-2",
        "Local/101@from-internal-00000003;2",
        "PJSIP/+74951000100@provider.example-0000ff01",
    ],
)
def test_channels_as_asterisk_names_them_can_be_redirected(channel: str):
    assert redirect(HERE, channel, "102")["Channel"] == channel


@pytest.mark.parametrize(
    "channel",
    ["", "PJSIP", "PJSIP/", "PJSIP/trunk", "PJSIP/x-01\r\nExten: 1", "PJSIP/a b-00000001", "/-1", "all"],
)
def test_what_is_no_channel_cannot_be_redirected(channel: str):
    with pytest.raises(Rejected, match="dial-channel"):
        redirect(HERE, channel, "102")


@pytest.mark.parametrize("context", ["", "from internal", "a\r\nb", "x" * 100])
def test_a_context_of_the_dialplan_is_a_word(context: str):
    with pytest.raises(Rejected, match="dial-context"):
        originate(connection(5038, context=context), "101", "+79161234567", "intake-1")


def test_only_technologies_that_have_phones_are_dialled():
    with pytest.raises(Rejected, match="dial-technology"):
        originate(connection(5038, technology="Console"), "101", "+79161234567", "intake-1")

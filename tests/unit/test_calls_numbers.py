"""Channel names, outside lines and their numbers."""

import pytest

from intake.channels.asterisk.messages import endpoint, is_phone, local_extension
from intake.channels.asterisk.numbers import Correction, Lines, bare, is_withheld
from intake.errors import Rejected
from intake.model.calls import Outcome
from tests.unit.calls_pbx import Pbx


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("PJSIP/trunk-0000000a", "trunk"),
        ("PJSIP/my-trunk-out-0000000a", "my-trunk-out"),
        ("SIP/101-00000001", "101"),
        ("IAX2/branch-office-12345", "branch-office"),
        ("DAHDI/i1/84951234567-2", "i1"),
        ("DAHDI/4-1", "4"),
        ("SIP/203.0.113.5-0000001b", "203.0.113.5"),
        ("PJSIP/101", "101"),
        ("nonsense", ""),
    ],
)
def test_a_channel_is_named_after_its_line_or_phone(channel: str, name: str) -> None:
    assert endpoint(channel) == name


@pytest.mark.parametrize(
    "channel",
    ["Local/101@ctx-00000003;2", "CBAnn/9000-0000;2", "PJSIP/101-0000000a<ZOMBIE>", "", "AsyncGoto/x"],
)
def test_some_channels_are_nobody(channel: str) -> None:
    assert not is_phone(channel)


def test_a_local_channel_says_whom_it_is_for() -> None:
    assert local_extension("Local/102@from-internal-00000000;1") == "102"
    assert local_extension("PJSIP/102-00000000") == ""


@pytest.mark.parametrize(
    "dialled",
    [
        "89161234567@trunk",
        "trunk/89161234567",
        "PJSIP/89161234567@trunk",
        "trunk/sip:89161234567@10.0.0.1:5060",
        "89161234567",
    ],
)
def test_the_number_inside_a_dial_string(dialled: str) -> None:
    assert bare(dialled, "trunk") == "89161234567"


def test_the_first_text_with_an_outside_number_counts() -> None:
    lines = Lines(trunks=frozenset({"trunk"}))
    assert lines.outside_number("101@trunk", "s", "+7 916 123-45-67", trunk="trunk") == (
        "+79161234567",
        "+7 916 123-45-67",
    )
    assert lines.outside_number("101", "", "s") == (None, "")


def test_withheld_in_many_words() -> None:
    assert is_withheld('"Anonymous"')
    assert not is_withheld("101")


@pytest.mark.parametrize(("pattern", "replacement"), [("(", ""), ("a", r"\9")])
def test_a_correction_that_cannot_work_is_refused_when_it_is_written(pattern: str, replacement: str) -> None:
    with pytest.raises(Rejected):
        Correction(pattern, replacement)


@pytest.mark.parametrize(
    ("channel", "whose"),
    [
        ("PJSIP/101-0000000a", "101"),
        ("PJSIP/101-web-0000000a", "101"),
        ("PJSIP/101-webrtc-0000000a", "101"),
        ("PJSIP/99101-0000000a", "101"),
        ("PJSIP/981234-0000000a", "1234"),
        ("PJSIP/9910-0000000a", "9910"),  # a telephone of four digits, not the twin of 10
        ("PJSIP/ivanov-web-0000000a", "ivanov-web"),
        ("PJSIP/99-0000000a", "99"),
        ("", ""),
    ],
)
def test_a_second_telephone_is_its_owners(channel: str, whose: str) -> None:
    assert Lines().extension(channel) == whose


def test_names_of_second_telephones_are_a_setting() -> None:
    assert Lines(twins=()).extension("PJSIP/99101-0000000a") == "99101"
    own = Lines(twins=("soft.{ext}", "{ext}+app", "nonsense"))
    assert own.extension("PJSIP/soft.101-0000000a") == "101"
    assert own.extension("PJSIP/softx101-0000000a") == "softx101"
    assert own.extension("PJSIP/101+app-0000000a") == "101"
    assert own.extension("PJSIP/nonsense-0000000a") == "nonsense"


def test_both_telephones_of_somebody_are_one_person() -> None:
    pbx = Pbx()
    caller = pbx.comes_in()
    desk, web = pbx.rings(caller, "101"), pbx.rings(caller, "99101")
    assert pbx.call.ringing == ("101",)
    pbx.stops(caller, desk)
    assert pbx.call.ringing == ("101",)  # the other one still rings
    pbx.answers(caller, web)
    assert pbx.call.talking == pbx.call.answered_by == ("101",)
    pbx.hangs_up(desk, web, caller)
    assert pbx.calls[0].rang == ("101",)
    assert pbx.calls[0].outcome is Outcome.ANSWERED


def test_a_twin_that_passes_the_call_on_is_told_by_its_extension() -> None:
    pbx = Pbx()
    caller = pbx.comes_in()
    web = pbx.rings(caller, "101-web")
    pbx.answers(caller, web)
    pbx.says(
        "BlindTransfer",
        web.headers("Transferer"),
        caller.headers("Transferee"),
        Result="Success",
        Extension="102",
    )
    assert [(one.source, one.target) for one in pbx.call.transfers] == [("101", "102")]

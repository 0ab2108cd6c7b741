"""AMI bytes to messages: in any pieces, from any stranger."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.asterisk.wire import MAX_HEADERS, MAX_LINE, Decoder, Message

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
LOGIN = b"Response: Success\r\nMessage: Authentication accepted\r\n\r\n"
NAMED = "Event: Newchannel\r\nCallerIDName: Иван Сидоров\r\nChannel: PJSIP/trunk-1\r\n\r\n".encode()


def messages(*pieces: bytes) -> list[Message]:
    decoder = Decoder()
    return [message for piece in pieces for message in decoder.feed(piece)]


def test_a_message_is_its_headers_and_a_missing_one_reads_empty() -> None:
    (message,) = messages(NAMED)
    assert dict(message) == {
        "Event": "Newchannel",
        "CallerIDName": "Иван Сидоров",
        "Channel": "PJSIP/trunk-1",
    }
    assert message["Uniqueid"] == ""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_a_letter_cut_by_a_packet_is_whole_again(size: int) -> None:
    pieces = [NAMED[start : start + size] for start in range(0, len(NAMED), size)]
    assert messages(*pieces) == messages(NAMED)


def test_the_banner_and_the_login_are_no_headers_of_the_next_event() -> None:
    login, event = messages(BANNER + LOGIN + NAMED)
    assert login == {"Response": "Success", "Message": "Authentication accepted"}
    assert event["Event"] == "Newchannel"


def test_a_message_that_a_broken_connection_left_without_its_end_is_dropped() -> None:
    found = messages(b"Event: Hangup\r\nUniqueid: 1.1\r\nCallerIDName: Iv" + BANNER + LOGIN + NAMED)
    assert [message["Event"] for message in found] == ["", "Newchannel"]


def test_a_message_cut_at_a_line_does_not_flow_into_the_next() -> None:
    (message,) = messages(b"Event: Hangup\r\nCause: 16\r\nEvent: Newchannel\r\nUniqueid: 1.1\r\n\r\n")
    assert message == {"Event": "Newchannel", "Uniqueid": "1.1"}


def test_a_name_that_looks_like_a_header_is_a_name() -> None:
    (message,) = messages(
        b"Event: Newchannel\r\nCallerIDName: Event: Hangup <script>\r\nUniqueid: 1.1\r\n\r\n"
    )
    assert (message["Event"], message["CallerIDName"]) == ("Newchannel", "Event: Hangup <script>")


def test_a_name_that_looks_like_the_banner_hides_nobody() -> None:
    (message,) = messages(
        b"Event: Newchannel\r\nCallerIDName: Asterisk Call Manager/1.0\r\nUniqueid: 1.1\r\n\r\n"
    )
    assert message["Uniqueid"] == "1.1"


def test_line_ends_that_only_python_knows_do_not_end_a_line() -> None:
    (message,) = messages("Event: Newchannel\r\nCallerIDName: a\x0b\x85\u2028Cause: 1\r\n\r\n".encode())
    assert message["Cause"] == ""


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Иван".encode("cp1251"), "Иван"),
        ("Иван Сид".encode() + b"\xd0", "Иван Сид"),  # cut by Asterisk inside a letter
        (b"\x98\xff", "\ufffd\ufffd"),  # neither
        ("Иван ��".encode(), "Иван ��"),
    ],
)
def test_names_in_other_encodings(raw: bytes, name: str) -> None:
    (message,) = messages(b"Event: Newchannel\r\nCallerIDName: " + raw + b"\r\n\r\n")
    assert message["CallerIDName"] == name


def test_a_header_said_twice_counts_as_said_first() -> None:
    (message,) = messages(b"Event: X\r\nChanVariable: a=1\r\nChanVariable: b=2\r\nUniqueid: 1\r\n\r\n")
    assert message == {"Event": "X", "ChanVariable": "a=1", "Uniqueid": "1"}


def test_output_of_a_command_is_tolerated() -> None:
    old = b"Response: Follows\r\nPrivilege: Command\nname 1/2\nEND: no\n--END COMMAND--\r\n\r\n"
    assert [message["Event"] for message in messages(old + NAMED)] == ["", "Newchannel"]


def test_a_line_without_end_is_given_up_and_the_next_message_heard() -> None:
    decoder = Decoder()
    for _ in range(100):
        decoder.feed(b"x" * MAX_LINE)
    assert decoder.feed(b"\r\n\r\n" + NAMED)[-1]["Event"] == "Newchannel"
    assert len(decoder._rest) <= MAX_LINE


def test_a_message_without_end_does_not_grow_for_ever() -> None:
    decoder = Decoder()
    decoder.feed(b"".join(b"Key%d: value\r\n" % number for number in range(10 * MAX_HEADERS)))
    (message,) = decoder.feed(b"\r\n")
    assert len(message) == MAX_HEADERS


@given(st.binary(max_size=2000), st.lists(st.integers(0, 2000), max_size=10))
def test_no_bytes_raise_and_chunks_do_not_matter(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(data)]
    pieces = [data[start:end] for start, end in pairwise(edges)]
    assert messages(*pieces) == messages(data)

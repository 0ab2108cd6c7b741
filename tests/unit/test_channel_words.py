"""Why a PBX is not heard, said in words."""

import pytest

from web.i18n import speaking
from web.pages.channel_words import WHY, in_words

OSERROR = "[Errno 111] Connect call failed ('127.0.0.1', 5038)"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (OSERROR, "nothing listens at its address and port"),
        (
            f"Multiple exceptions: [Errno 111] Connect call failed ('::1', 1, 0, 0), {OSERROR}",
            "nothing listens",
        ),
        ("[Errno 110] Connect call failed ('10.0.0.9', 5038)", "it does not answer"),
        ("pbx-silent", "it does not answer"),
        ("silent", "it does not answer"),
        ("[Errno -2] Name or service not known", "there is no host of this name"),
        ("[Errno -3] Temporary failure in name resolution", "there is no host of this name"),
        ("[Errno 113] Connect call failed ('10.0.0.9', 5038)", "the network knows no way to it"),
        ("[Errno 101] Network is unreachable", "the network knows no way to it"),
        ("[Errno 104] Connection reset by peer", "it broke the connection off"),
        ("closed by the PBX", "it broke the connection off"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "the encrypted connection failed"),
        ("backlog", "it told more than could be taken"),
        ("Authentication failed", "the name or the secret is wrong"),
        ("pbx-address", "its address or port makes no sense"),
    ],
)
def test_what_the_system_says_is_said_in_words(raw, words):
    with speaking("en"):
        assert words in in_words(raw)
        assert "Errno" not in in_words(raw)


@pytest.mark.parametrize("raw", ["<b>Segmentation fault</b>", "[Errno 5] Input/output error", "\x00"])
def test_what_is_not_known_is_said_plainly_too(raw):
    with speaking("en"):
        assert in_words(raw) == "the connection failed"


def test_nothing_said_is_nothing_shown():
    assert in_words("") == ""


def test_every_sentence_is_russian_too():
    with speaking("ru"):
        russian = [in_words(raw) for raw in (OSERROR, "silent", "closed", "Authentication failed", "?")]
    assert all(ord(text[0]) > 1000 for text in russian)
    assert len(set(russian)) == len(russian) <= len(WHY) + 1

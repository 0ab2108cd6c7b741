"""Addresses of files that are given to platforms."""

from urllib.parse import unquote

import pytest

from intake.channels.messengers.links import is_proof, link_of
from intake.model.chats import BotKeys

KEYS = BotKeys(3, "token")


@pytest.mark.parametrize(
    ("filename", "ends"),
    [
        ("Счёт № 5.pdf", "/Счёт № 5.pdf"),
        ("../../etc/passwd", "/_.._etc_passwd"),
        ("a?b#c&d.txt", "/a?b#c&d.txt"),
        ("", "/file"),
        ("..", "/file"),
        (".htaccess", "/htaccess"),
        ("я" * 300 + ".docx", "/" + "я" * 120 + ".docx"),
        ("name." + "x" * 300, "/name." + "x" * 12),
    ],
)
def test_an_address_ends_with_the_files_name_and_stays_one(filename: str, ends: str) -> None:
    link = link_of("https://crm.example/hooks/viber/k", KEYS, 7, filename)

    assert link.startswith("https://crm.example/hooks/viber/k/files/7/")
    assert link.isascii()
    assert link.count("/") == 9
    assert unquote(link).endswith(ends)


def test_a_proof_is_of_one_file_of_one_bot_with_one_token() -> None:
    proof = link_of("", KEYS, 7, "a").split("/")[-2]

    assert is_proof(proof, KEYS, 7)
    for told, keys, file_id in [
        (proof, KEYS, 8),
        (proof, BotKeys(4, "token"), 7),
        (proof, BotKeys(3, "another"), 7),
        ("", KEYS, 7),
        ("я", KEYS, 7),
    ]:
        assert not is_proof(told, keys, file_id)


def test_a_bot_without_a_token_proves_nothing() -> None:
    keys = BotKeys(3)

    assert not is_proof(link_of("", keys, 7, "a").split("/")[-2], keys, 7)

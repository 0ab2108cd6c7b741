"""What a letter's file is called and shown as, whatever its sender says."""

import pytest

from web.letter_files import disposition, played_as, safe_name, shown_as

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<html><script>alert(1)</script>", None),
        (b"  %PDF-1.7", None),
        (b"", None),
    ],
)
def test_only_pictures_and_pdf_are_shown_and_only_by_their_own_bytes(head, kind):
    assert shown_as(head) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"OggS\0\2", "audio/ogg"),
        (b"ID3\4", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\x1aE\xdf\xa3" + bytes(20) + b"\x42\x82\x84webm", "video/webm"),
        (b"\x1aE\xdf\xa3" + bytes(20) + b"\x42\x82\x88matroska", None),
        (b"\0\0\0\x20ftypheic", None),
        (b"\xff\xd8\xff\xe0", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_only_what_a_player_knows_is_played_and_only_by_its_own_bytes(head, kind):
    assert played_as(head) == kind


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("прайс 2026.xlsx", "прайс 2026.xlsx"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\boot.ini", "C__boot.ini"),
        ("invoice\u202egpj.exe", "invoice_gpj.exe"),
        ("a\r\nSet-Cookie: x.txt", "a__Set-Cookie_ x.txt"),
        ("CON.txt", "_CON.txt"),
        (" . ", "file"),
        ("", "file"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_fit_for_a_disk_and_keeps_its_ending(name, safe):
    assert safe_name(name) == safe


def test_a_russian_name_goes_as_rfc_6266_has_it():
    said = disposition("attachment", "план.pdf")
    assert said == "attachment; filename=\"____.pdf\"; filename*=UTF-8''%D0%BF%D0%BB%D0%B0%D0%BD.pdf"


def test_no_name_breaks_out_of_its_header():
    said = disposition("attachment", 'a"; filename="evil.html\r\nX-Evil: 1')
    assert "\r" not in said
    assert "\n" not in said
    assert said.count('"') == 2
    assert said.count(";") == 2

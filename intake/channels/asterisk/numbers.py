"""Outside lines and the numbers that come over them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from intake.channels.asterisk.messages import endpoint
from intake.errors import Rejected
from intake.matching.phones import read_phone
from intake.model.calls import EXTENSION, TWINS

MAX_NUMBER = 64  # letters of a number that are looked at
SHORTEST_OUTSIDE = 6  # digits; shorter ones are extensions
WITHHELD = frozenset(
    {"", "anonymous", "restricted", "unavailable", "private", "withheld", "unknown", "hidden", "asterisk"}
)

_DIGITS = r"([0-9]{3,})"  # of an extension: with fewer «9910» would be a twin of 10
_ADDRESS = re.compile(r"sips?:|tel:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Correction:
    """A number as a trunk writes it → as it should be read. `line` is a trunk or a DID; '' means all."""

    pattern: str
    replacement: str
    line: str = ""

    def __post_init__(self) -> None:
        try:
            re.sub(self.pattern, self.replacement, "")
        except (re.error, IndexError) as error:
            raise Rejected("bad-number-correction", pattern=self.pattern, why=str(error)) from None


@dataclass(frozen=True, slots=True)
class Lines:
    """What is known of a PBX's outside lines."""

    trunks: frozenset[str] = frozenset()  # as in channel names: PJSIP/trunk-0000000a → trunk
    area_codes: Mapping[str, str] = field(default_factory=dict)  # DID or trunk → «495», for 7-digit numbers
    area_code: str | None = None
    region: str = "RU"
    corrections: tuple[Correction, ...] = ()
    mobiles: Mapping[str, str] = field(default_factory=dict)  # own people's outside numbers → extension
    twins: tuple[str, ...] = TWINS  # names of second telephones: «99{ext}», «{ext}-web»

    def trunk(self, name: str) -> str:
        """The outside line that a channel belongs to; '' when it is none."""
        line = endpoint(name)
        return line if line in self.trunks else ""

    def extension(self, name: str) -> str:
        """Whose telephone a channel is: «PJSIP/101-web-0000000a» and «PJSIP/99101-0000000b» are 101's."""
        phone = endpoint(name)
        twin = _twin_of(self.twins).fullmatch(phone)
        return next(filter(None, twin.groups()), phone) if twin else phone

    def e164(self, raw: str, *lines: str | None) -> str | None:
        """A number that came over these lines (trunk, DID); None when withheld or no outside number."""
        if is_withheld(raw):
            return None
        known = [line for line in lines if line]
        number = self._corrected(raw[:MAX_NUMBER], known)
        area_code = next((self.area_codes[line] for line in known if line in self.area_codes), self.area_code)
        phone = read_phone(number, self.region, area_code)
        return phone.e164 if phone else None

    def outside_number(self, *texts: str, trunk: str = "") -> tuple[str | None, str]:
        """The first of these that is an outside number: E.164 and as it was written; (None, '') for none."""
        for text in texts:
            raw = bare(text, trunk)
            if sum(map(str.isdigit, raw)) >= SHORTEST_OUTSIDE and (number := self.e164(raw, trunk)):
                return number, raw
        return None, ""

    def person(self, number: str) -> str:
        """Who is at an outside number: an extension when it is one of our own people's."""
        return self.mobiles.get(number, number)

    def _corrected(self, number: str, lines: list[str]) -> str:
        for correction in self.corrections:
            if not correction.line or correction.line in lines:
                number = re.sub(correction.pattern, correction.replacement, number)
        return number


@cache
def _twin_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """A group for each name; without any it fits nothing."""
    ways = [re.escape(name).replace(re.escape(EXTENSION), _DIGITS) for name in names if EXTENSION in name]
    return re.compile("|".join(ways) or r"(?!)")


def is_withheld(raw: str) -> bool:
    """Trunks have many words for «no number»."""
    return raw.strip(" <>\"'").casefold() in WITHHELD


def is_extension(raw: str) -> bool:
    return raw.isdigit() and len(raw) < SHORTEST_OUTSIDE


def bare(text: str, trunk: str = "") -> str:
    """The number inside a dial string: «PJSIP/8916…@trunk», «trunk/8916…», «sip:8916…@10.0.0.1»."""
    user = _ADDRESS.sub("", text[:MAX_NUMBER]).split("@")[0]
    pieces = [piece for piece in user.split("/") if piece != trunk]
    return pieces[-1] if pieces else ""

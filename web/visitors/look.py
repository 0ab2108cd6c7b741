"""How a form looks: what its theme says, as a few lines of CSS that nothing typed can break out of."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOOKS = ("auto", "light", "dark")
MOST_RADIUS = 24  # pixels
DARK_INK, LIGHT_INK = "#1b1c1f", "#ffffff"
BRIGHT = 0.36  # of white's light: an accent that has more is written on in dark
_COLOUR = re.compile(r"#([0-9a-f]{6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    look: str  # one of LOOKS
    css: str

    @property
    def digest(self) -> str:
        """As a Content-Security-Policy names what it lets a page write into <style>."""
        return "sha256-" + base64.b64encode(hashlib.sha256(self.css.encode()).digest()).decode()


def look_of(theme: Mapping[str, Any]) -> Look:
    """Whatever cannot be meant is left as it is for everybody."""
    wanted, accent, radius = theme.get("look"), str(theme.get("accent", "")), theme.get("radius")
    lines = []
    if colour := _COLOUR.fullmatch(accent):
        ink = DARK_INK if _light(colour[1]) > BRIGHT else LIGHT_INK
        lines += [f"--form-accent: {colour[0].lower()}", f"--form-accent-ink: {ink}"]
    if isinstance(radius, int | float | str) and str(radius).isdecimal() and len(str(radius)) < 4:
        lines.append(f"--form-radius: {min(int(radius), MOST_RADIUS)}px")
    css = f".vf {{ {'; '.join(lines)} }}" if lines else ""
    return Look(wanted if wanted in LOOKS else "auto", css)


def _light(colour: str) -> float:
    """WCAG's relative luminance: 0 is black, 1 is white."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

"""Whether people can tell two colours apart: the contrast of WCAG 2.2."""

LEAST_SHAPE = 3.0  # of a border, a tick, the ring around what has the focus
PAPER = {"light": "#ffffff", "dark": "#1a1b1e"}  # as css/visitors.css has them


def contrast(one: str, other: str) -> float:
    """From 1 (alike) to 21 (black on white); colours as #rrggbb."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def hard_to_see(accent: str, look: str) -> list[str]:
    """The looks («light», «dark») in which the colour drowns in the page."""
    looks = ("light", "dark") if look == "auto" else (look,)
    return [each for each in looks if contrast(accent, PAPER[each]) < LEAST_SHAPE]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

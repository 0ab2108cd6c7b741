"""What a field is called in what visitors send: made from its label, once, and kept afterwards."""

import re

LONGEST_NAME = 40
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAMELESS = "field"  # a label without a single letter or digit
_LATIN = str.maketrans(
    {
        **dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziyklmnoprstufhye", strict=True)),
        "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": "",
    }
)  # fmt: skip


def name_from(label: str, taken: set[str]) -> str:
    """«Ваш телефон» is vash_telefon; what is taken already gets a number."""
    word = re.sub(r"[^a-z0-9]+", "_", label.casefold().translate(_LATIN)).strip("_")
    if not word[:1].isalpha():
        word = f"{NAMELESS}_{word}".strip("_")
    word = word[:LONGEST_NAME].rstrip("_")
    name, number = word, 2
    while name in taken:
        ending = f"_{number}"
        name, number = word[: LONGEST_NAME - len(ending)] + ending, number + 1
    return name

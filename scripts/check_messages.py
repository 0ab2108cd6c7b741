"""Fail when a sentence has no Russian, a fuzzy one, incomplete plurals, or lost a placeholder."""

import re
import sys

from babel.messages.catalog import Catalog, Message
from catalogue import PO, extracted, is_complete, key_of, stored

PLACEHOLDER = re.compile(r"%\((\w+)\)")


def faults(said: Catalog, kept: Catalog) -> list[str]:
    """One line a fault."""
    known = {key_of(message): message for message in kept if message.id}
    found = []
    for message in said:
        if not message.id:
            continue
        translation = known.get(key_of(message))
        where = f"{key_of(message)[1]!r} ({message.locations[0][0]})"
        if translation is None or not is_complete(translation):
            found.append(f"no Russian: {where}")
        elif lost := _placeholders(message, "id") - _placeholders(translation, "string"):
            found.append(f"placeholders lost in Russian {sorted(lost)}: {where}")
        elif added := _placeholders(translation, "string") - _placeholders(message, "id"):
            found.append(f"placeholders only in Russian {sorted(added)}: {where}")
    return found


def _placeholders(message: Message, part: str) -> set[str]:
    texts = getattr(message, part)
    texts = [texts] if isinstance(texts, str) else list(texts)
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def main() -> None:
    with PO.open("rb") as file:
        found = faults(extracted(), stored(file))
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()

"""Bring the Russian catalogue up to date and print what has no Russian yet.

    python scripts/messages.py                 # = make messages
    python scripts/messages.py words.json      # and put translations in, many at once («-» reads stdin):
        {"Save": "Сохранить", "%(num)s call": ["%(num)s звонок", "%(num)s звонка", "%(num)s звонков"],
         "call::talking": "разговор"}          # with a context in front

No guessing of similar sentences; those that nothing says any more are removed.
"""

import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from catalogue import extracted, is_complete, key_of, locked, stored, write

Words = dict[str, str | list[str]]


def merge(fresh: Catalog, old: Catalog) -> None:
    """Carry over the translations of what is still said the same way."""
    known = {key_of(message): message for message in old if message.id}
    for message in fresh:
        before = known.get(key_of(message)) if message.id else None
        if before is not None and before.pluralizable == message.pluralizable:
            message.string = before.string


def put(catalogue: Catalog, words: Words) -> list[str]:
    """Set translations; returns the keys that nothing says."""
    places = {key_of(message): message for message in catalogue if message.id}
    unknown = []
    for key, translation in words.items():
        context, _, sentence = key.rpartition("::")
        message = places.get((context or None, sentence)) or places.get((None, key))
        if message is None:
            unknown.append(key)
        else:
            message.string = tuple(translation) if isinstance(translation, list) else translation
    return unknown


def read_words(source: str) -> Words:
    text = sys.stdin.read() if source == "-" else Path(source).read_text()
    words: Words = json.loads(text)
    return words


def main() -> None:
    words = read_words(sys.argv[1]) if len(sys.argv) > 1 else {}
    with locked() as file:
        catalogue = extracted()
        merge(catalogue, stored(file))
        unknown = put(catalogue, words)
        write(file, catalogue)
    for key in unknown:
        sys.stdout.write(f"nobody says: {key}\n")
    for message in catalogue:
        if message.id and not is_complete(message):
            context, sentence = key_of(message)
            key = f"{context}::{sentence}" if context else sentence
            sys.stdout.write(f"no Russian: {key}  ({message.locations[0][0]})\n")


if __name__ == "__main__":
    main()

"""The one Russian catalogue: what is said in code and templates, and how it is read and written.

Entries stand in the order of the files they come from, without line numbers or dates, so that two people
who add sentences seldom touch the same lines.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "web" / "locale" / "ru" / "LC_MESSAGES" / "messages.po"
FOLDERS = ("web", "intake", "storage")
PLURALS = 3  # one, few, many: 1 лид, 2 лида, 5 лидов

KEYWORDS = {
    "_": None,
    "gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = {".py": "python", ".html": "jinja2", ".txt": "jinja2"}
OPTIONS = {"silent": "false", "extensions": "jinja2.ext.do", "encoding": "utf-8"}

HEADER = """\
# The Russian words. Kept by scripts/messages.py; see docs/web.md.
msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

"""  # noqa: E501 — gettext wants the formula on one line


def sources() -> Iterator[Path]:
    """Every file that may hold a sentence, in a stable order."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in METHODS and (path.suffix == ".py" or "templates" in path.parts):
                yield path


def extracted() -> Catalog:
    """All sentences with no translations yet. A template that does not parse raises."""
    catalogue = Catalog(locale="ru")
    for path in sources():
        found = extract_from_file(METHODS[path.suffix], path, keywords=KEYWORDS, options=OPTIONS)
        for _line, message, _comments, context in found:
            where = [(path.relative_to(ROOT).as_posix(), 0)]
            catalogue.add(message, locations=where, context=context)
    return catalogue


def stored(file: IO[bytes]) -> Catalog:
    file.seek(0)
    return read_po(file, locale="ru")


@contextmanager
def locked() -> Iterator[IO[bytes]]:
    """The catalogue's file, ours alone until the block ends."""
    PO.touch()
    with PO.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def write(file: IO[bytes], catalogue: Catalog) -> None:
    text = BytesIO()
    write_po(text, catalogue, width=0, omit_header=True, sort_by_file=True, include_lineno=False)
    file.seek(0)
    file.truncate()
    file.write(HEADER.encode() + text.getvalue())
    file.flush()


def key_of(message: Message) -> tuple[str | None, str]:
    """Context and (singular) sentence: what a translation is found by."""
    return message.context, message.id[0] if isinstance(message.id, tuple | list) else message.id


def is_complete(message: Message) -> bool:
    if message.fuzzy:
        return False
    if message.pluralizable:
        forms = message.string if isinstance(message.string, tuple | list) else ()
        return len(forms) == PLURALS and all(forms)
    return bool(message.string)

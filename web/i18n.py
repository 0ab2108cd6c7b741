"""Two languages. English is what stands in the code, Russian is in one catalogue.

The language of a request lives in a ContextVar, so that one shared template environment serves both.
Live updates are rendered outside any request: `speaking(language)` sets it around them.
"""

import gettext as gnu
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("ru", "en")
DEFAULT = "ru"
LOCALES = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language being spoken now: one of LANGUAGES."""
    return _language.get()


def speak(wanted: str) -> None:
    """Speak `wanted` for the rest of this request; what we do not speak becomes the default."""
    _language.set(wanted if wanted in LANGUAGES else DEFAULT)


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    before = _language.get()
    speak(wanted)
    try:
        yield
    finally:
        _language.set(before)


def preferred(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header."""
    tags = [part.split(";")[0].strip().lower() for part in accept_language[:200].split(",")]
    ours = (tag.split("-")[0] for tag in tags)
    return next((tag for tag in ours if tag in LANGUAGES), DEFAULT)


def locale() -> Locale:
    return Locale.parse(language())


def gettext(message: str, /, **values: object) -> str:
    """The sentence in the language being spoken, with `%(name)s` filled in."""
    return _fill(_catalogue(language()).gettext(message), values)


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """`%(num)s` is the number itself."""
    return _fill(_catalogue(language()).ngettext(one, many, number), {"num": number, **values})


def pgettext(context: str, message: str, /, **values: object) -> str:
    """For words that mean different things in different places («Open» the state, «Open» the button)."""
    return _fill(_catalogue(language()).pgettext(context, message), values)


def npgettext(context: str, one: str, many: str, number: int, /, **values: object) -> str:
    text = _catalogue(language()).npgettext(context, one, many, number)
    return _fill(text, {"num": number, **values})


def mark(message: str) -> str:
    """Marks a sentence in a table for translation; `gettext` it when it is shown."""
    return message


def _fill(text: str, values: dict[str, object]) -> str:
    return text % values if values else text


@cache
def _catalogue(wanted: str) -> gnu.NullTranslations:
    path = LOCALES / wanted / "LC_MESSAGES" / "messages.po"
    if not path.exists():  # English needs none
        return gnu.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=wanted))
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)

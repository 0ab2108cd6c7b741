"""What the words of a letter say to the wizard. Pure; everything in here was written by strangers."""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any

from intake.letters.signature import begins_signature
from intake.matching.companies import read_company
from intake.matching.names import words
from intake.model.prefill import Offer

MAX_WANTED = 4000  # letters of a letter's text that are proposed as what is wanted
MAX_SIGNATURE = 14  # lines
MAX_VALUE = 300  # letters of whatever is offered
OFFERED = {  # field: what Found calls it
    "name": "names", "company": "companies", "phone": "phones", "inn": "inns", "email": "emails",
    "position": "position", "site": "sites",
}  # fmt: skip
NAMES = ("name", "company")
MAX_OFFERS = 9  # as many as there are digits to press
PER_KIND = 3  # a price list in a signature must not push the ИНН out

_ANSWERED = re.compile(
    r"\s*(?:re|aw|sv|antw|fwd?|fw|wg|tr|rv|отв(?:ет)?|пересл\w*|перенаправ\w*|пер)\.?"
    r"\s*(?:\[\d+\]|\(\d+\))?\s*[:：]"
    r"|\s*\[(?:external|ext|внешн\w*(?: почта)?|spam|спам\??|\*+spam\*+)\]"
    r"|\s*\*{3,}\s*spam\s*\*{3,}",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\W*(?:здравствуй(?:те)?|здрасте|привет(?:ствую)?|уважаем\w+|коллеги|hello|hi|hey|dear"
    r"|добр(?:ый|ое|ого|ой)\s+(?:день|дня|утро|утра|вечер\w*|ночи|времени\s+суток)"
    r"|good\s+(?:day|morning|afternoon|evening))\b[^.!?\n]{0,60}[.!,?]*\s*",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\n{3,}")
_SPACES = re.compile(r"\s+")


def bare_subject(subject: str) -> str:
    """Without «Re:», «Fwd:», «Отв:», «[EXTERNAL]», however many stand in front."""
    subject = _SPACES.sub(" ", subject[:1000])
    while found := _ANSWERED.match(subject):
        subject = subject[found.end() :]
    return subject.strip()[:MAX_VALUE]


def gist(text: str) -> str:
    """The first line that says more than «Добрый день!»; "" when there is none."""
    for line in text[: MAX_WANTED * 2].splitlines():
        greeting = _GREETING.match(line)
        said = line[greeting.end() :].strip() if greeting else line.strip()
        if any(letter.isalnum() for letter in said):
            return said[:MAX_VALUE]
    return ""


def wish_of(subject: str, text: str) -> str:
    """What an interest that comes of a letter is called."""
    return bare_subject(subject) or gist(text)


def wanted_of(text: str) -> str:
    """As much of the text as fits, ended at a word."""
    text = _BLANKS.sub("\n\n", text.replace("\r\n", "\n")).strip()
    if len(text) <= MAX_WANTED:
        return text
    return text[: MAX_WANTED - 1].rsplit(None, 1)[0].rstrip() + "…"


def unsigned(text: str) -> str:
    """Without the signature at its end: it says who wrote, not what they want."""
    lines = text.splitlines()
    for place in range(max(1, len(lines) - MAX_SIGNATURE), len(lines)):
        if begins_signature(lines[place]):
            return "\n".join(lines[:place]).rstrip()
    return text


def of_form(fields: Mapping[str, Any]) -> dict[str, str]:
    """A contact form's fields (intake/letters/forms.py: by what they mean) as the wizard asks for them: name,
    phone, email, inn, company, position, city, wanted; those that say something."""
    said = {name: str(value).strip() for name, value in fields.items() if isinstance(value, str | int)}
    short = {name: _SPACES.sub(" ", value)[:MAX_VALUE] for name, value in said.items()}
    found = {name: short.get(name, "") for name in ("phone", "email", "inn", "company", "position", "city")}
    names = (short.get(part, "") for part in ("surname", "name", "patronymic"))
    found["name"] = " ".join(part for part in names if part)[:MAX_VALUE]
    found["wanted"] = wanted_of("\n".join(said.get(part, "") for part in ("subject", "message")))
    return {name: value for name, value in found.items() if value}


def offers(
    found: Iterable[Mapping[str, Any]], known: Iterable[str], named: Iterable[str] = ()
) -> tuple[Offer, ...]:
    """What stands in texts and signatures, the likeliest first; of each kind a few. None that is `known`, no
    name of words that are all in `named`."""
    seen, said = {value.casefold() for value in known}, list(found)
    words_known = {word for name in named for word in words(name)}
    made: list[Offer] = []
    for field, name in OFFERED.items():
        fresh = [one for each in said for one in _offered(field, each.get(name)) if _is_new(one, seen)]
        made += [one for one in fresh if not _is_named(one, words_known)][:PER_KIND]
    return tuple(made[:MAX_OFFERS])


def _offered(field: str, values: Any) -> list[Offer]:
    texts = [values] if isinstance(values, str) else values if isinstance(values, list | tuple) else []
    made = []
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            continue
        value, _, extension = text.strip().partition(";ext=") if field == "phone" else (text.strip(), "", "")
        made.append(Offer(field, value[:MAX_VALUE], extension[:10]))
    return made


def _is_new(offer: Offer, seen: set[str]) -> bool:
    new = offer.value.casefold() not in seen
    seen.add(offer.value.casefold())
    return new


def _is_named(offer: Offer, known: Container[str]) -> bool:
    return offer.field in NAMES and all(word in known for word in words(read_company(offer.value).name))

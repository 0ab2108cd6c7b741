"""Telephones, addresses and ИНН that stand somewhere in a free text. Pure; never raises.

What is found here says that somebody wrote a number down, not whose it is: «не звонить по 8 916 …».
"""

import re
import unicodedata

from intake.matching.emails import read_emails
from intake.matching.inn import inn_problem
from intake.matching.phones import read_phones

MAX_TEXT = 20_000  # letters that are looked at
MAX_KEYS = 50  # taken from one text

# A telephone has so many digits with little between them; longer rows are cut where a space is.
_DIGITS = re.compile(r"(?<![\w+@.])[+(]{0,2}\d(?:[ \u00a0().\-‐-―−~]{0,3}\d){6,60}")
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]|]{1,64}@[^\s<>\"',;:()\[\]|@?]{3,255}")
_INN = re.compile(r"(?<!\d)\d{10}(?:\d\d)?(?!\d)")
_MOBILE = "9"  # begins numbers of telephones that may be a right ИНН by chance


def mentioned(text: str) -> tuple[str, ...]:
    """The keys, each once: E.164 numbers, addresses in lower case, ИНН whose control sums are right. None of
    one kind looks like one of another."""
    if "@" not in text and not any(letter.isdigit() for letter in text):
        return ()
    text = unicodedata.normalize("NFKC", text[:MAX_TEXT])[:MAX_TEXT]
    inns = [inn for inn in _INN.findall(text) if inn_problem(inn) is None]
    numbers = (piece for piece in _DIGITS.findall(text) if piece not in inns or piece.startswith(_MOBILE))
    phones = (phone.e164 for piece in numbers for phone in read_phones(piece) if phone.valid)
    emails = (email.address for piece in _ADDRESS.findall(text) for email in read_emails(piece))
    return tuple(dict.fromkeys((*phones, *emails, *inns)))[:MAX_KEYS]

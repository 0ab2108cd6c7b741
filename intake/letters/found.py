"""What a letter's text and signature say of its sender: offered to a person, saved by nobody. Pure.

The text is what is new in the letter, its signature included: what older letters say is somebody else's.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from intake.letters.companies_named import companies_named
from intake.letters.signature import read_signature
from intake.matching.emails import PUBLIC_DOMAINS, read_emails
from intake.matching.inn import inn_problem
from intake.matching.keys import site_key
from intake.matching.phones import read_phones
from intake.model.letters import Found

MAX_TEXT = 20_000  # letters that are looked at
MAX_LINE = 400  # of a line; a longer one is looked at in pieces
MAX_OF_A_KIND = 8  # found of each
MAX_CANDIDATES = 60  # tried of each kind
_HOME = "+7"
_ABROAD = ("+", "(+", "00", "810", "8 10")  # without it ten digits are no foreign number
_MOBILE = "9"  # begins numbers of telephones that may be a right ИНН by chance

_PHONE = re.compile(
    r"(?<![\w+@.№#/-])[+(]{0,2}\d(?:[ \u00a0().\-‐-―−~]{0,3}\d){6,14}(?![\d%])"
    r"(?!\s?(?:руб|₽|р\.|шт|кг|т\.|тн|usd|eur|\$|€))"
    r"(?:[\s,;(]{0,3}(?:доб(?:авочный)?|вн(?:утр(?:енний)?)?|ext(?:ension)?)[\s.:№]{0,3}\d{1,6})?",
    re.IGNORECASE,
)
_INN = re.compile(r"(?<![\d.])\d{10}(?:\d\d)?(?![\d.]\d|\d)")
_INN_LABEL = re.compile(
    r"(?<!\w)(?:инн|inn)(?:\s*/\s*кпп)?[\s:№.#-]{0,4}(\d(?:[ \u00a0-]?\d){9,11})(?!\d)", re.IGNORECASE
)
# A number behind one of these is neither a telephone nor an ИНН.
_OTHER_NUMBER = re.compile(
    r"\b(?:р\s?/\s?с\w*|к\s?/\s?с\w*|л\s?/\s?с\w*|(?:рас)?ч[её]тный сч[её]т|корр?\.?\s?сч[её]т"
    r"|сч[её]т\w*|бик|кпп|огрн\w*"
    r"|окпо|оквэд|октмо|окато|снилс|паспорт|заказ\w*|заявк\w*|договор\w*|накладн\w*|артикул\w*|арт"
    r"|штрихкод|трек\w*"
    r"|iban|swift|order|invoice|ticket|id|account)\.?\s?[:№#-]{0,3}\s?(?:№|n"
    r"|no\.?)?\s?[\d][\d \u00a0/-]{4,40}"
    r"|[№#]\s?\d[\d/-]{4,40}",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?<![\d.)-])(?:(?:19|20)\d\d[-./]\d\d?[-./]\d\d?|(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]"
    r"|1[0-2])[./](?:19|20)?\d\d)"
    r"(?!\d)|(?<!\d)\d\d?:\d\d(?::\d\d)?(?!\d)"
)
_LONG_NUMBER = re.compile(r"(?<![\d+])\d{13,}")
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]|]{1,64}@[^\s<>\"',;:()\[\]|@?]{3,255}")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'()\[\]]{3,200}", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w@./-])(?:[^\W_][\w-]{0,40}\.){1,3}(?:ru|рф|su|com|net|org|info|biz|pro|by|kz|ua|eu|de|io"
    r"|москва|shop|online"
    r"|store|site|group|tech|company)(?![\w@-]|\.\w)",
    re.IGNORECASE,
)
_SEVEN_DIGITS = re.compile(r"(?:\D*+\d){7}")  # no telephone and no ИНН has fewer
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp)@", re.IGNORECASE)  # «cid:image002.png@01CDD14F»
_SPACES = re.compile("   +")
_FAREWELL_INSIDE = re.compile(
    r"([.!?,;]) {1,2}(?=(?:с уважением|с наилучшими пожеланиями|(?:best|kind) regards)\b)", re.IGNORECASE
)
_BANK = re.compile(r"банк|bank", re.IGNORECASE)
_FAX = re.compile(r"(?<!\w)(?:факс|fax)\W{0,3}$", re.IGNORECASE)


def look_for(text: str) -> Found:
    """Everything that may be the sender's own, the likeliest first; quoted lines («> …») are left out.

    Phones are E.164, «;ext=12» behind; sites are bare domains; ИНН are labelled or have right check digits.
    """
    lines = [line for line in _clean(text).split("\n") if not line.lstrip().startswith((">", "|"))]
    signature = read_signature(lines)
    ordered = _signature_first(lines, signature.place)
    numbers = [line for line in ordered if _SEVEN_DIGITS.match(line)]
    masked = [_without_other_numbers(line) for line in numbers]
    inns = _few((*_labelled_inns(numbers), *_inns(masked)))
    companies = _companies(signature.companies, ordered)
    return Found(
        names=_few(signature.names or _sole_traders(companies)),
        companies=companies,
        phones=_phones(masked, inns),
        emails=_few(_emails(line for line in ordered if "@" in line)),
        inns=inns,
        sites=_few(_sites(ordered, len(lines) - signature.place)),
        position=signature.position,
    )


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", text[:MAX_TEXT])[:MAX_TEXT]
    text = _FAREWELL_INSIDE.sub(r"\1\n", _SPACES.sub("  ", text))
    return "\n".join(
        line[start : start + MAX_LINE]
        for line in re.split(r"[\r\n\v\f\x85\u2028\u2029]", text)
        for start in range(0, max(1, len(line)), MAX_LINE)
    )


def _signature_first(lines: list[str], place: int) -> list[str]:
    return lines[place:] + lines[:place]


def _companies(signed: tuple[str, ...], lines: Iterable[str]) -> tuple[str, ...]:
    """A bank among requisites is not who writes, unless nobody else is named."""
    named = [*signed, *(name for line in lines for name in companies_named(line))]
    return _few([name for name in named if not _BANK.search(name)] or named)


def _sole_traders(companies: Iterable[str]) -> Iterator[str]:
    return (name.removeprefix("ИП ") for name in companies if name.startswith("ИП "))


def _without_other_numbers(line: str) -> str:
    for pattern in (_OTHER_NUMBER, _LONG_NUMBER, _DATE):
        line = pattern.sub(" | ", line)
    return line


def _few(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:MAX_OF_A_KIND]


def _candidates(pattern: re.Pattern[str], lines: Iterable[str]) -> Iterator[re.Match[str]]:
    left = MAX_CANDIDATES
    for line in lines:
        for match in pattern.finditer(line):
            if not left:
                return
            left -= 1
            yield match


def _labelled_inns(lines: Iterable[str]) -> Iterator[str]:
    for match in _candidates(_INN_LABEL, lines):
        inn = re.sub(r"\D", "", match[1])
        if inn_problem(inn) in (None, "checksum"):
            yield inn


def _inns(lines: Iterable[str]) -> Iterator[str]:
    for match in _candidates(_INN, lines):
        plus = match.string[: match.start()].endswith("+")
        if not (plus or match[0].startswith(_MOBILE)) and inn_problem(match[0]) is None:
            yield match[0]


def _phones(lines: Iterable[str], inns: tuple[str, ...]) -> tuple[str, ...]:
    """Faxes come last: nobody picks them up."""
    phones: list[str] = []
    faxes: list[str] = []
    for match in _candidates(_PHONE, lines):
        if re.sub(r"\D", "", match[0]) in inns:
            continue
        kept = faxes if _FAX.search(match.string[: match.start()][-12:]) else phones
        for phone in read_phones(match[0]):
            if phone.valid and (phone.e164.startswith(_HOME) or match[0].startswith(_ABROAD)):
                kept.append(f"{phone.e164};ext={phone.extension}" if phone.extension else phone.e164)
    return _few((*phones, *faxes))


def _emails(lines: Iterable[str]) -> Iterator[str]:
    for match in _candidates(_ADDRESS, lines):
        if not _PICTURE.search(match[0]):
            yield from (email.address for email in read_emails(match[0]))


def _sites(lines: list[str], in_signature: int) -> Iterator[str]:
    """Links anywhere; a bare domain only in the signature: in a text it may be a file's name."""
    for at, pattern in [(len(lines), _LINK), (in_signature, _DOMAIN)]:
        for match in _candidates(pattern, (line for line in lines[:at] if "." in line)):
            site = site_key(match[0].rstrip(".,;:!?"))
            if site and site not in PUBLIC_DOMAINS:
                yield site

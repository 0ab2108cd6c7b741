"""Who signs a letter: name, position and company below «С уважением,». Pure; never raises."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from intake.letters.companies_named import companies_named, without_companies
from intake.matching.diminutives import other_names
from intake.matching.names import fold
from intake.matching.people import FIRST_NAMES
from intake.matching.sounds import skeleton

MAX_LINES = 14  # of a signature
MAX_LINE = 300  # letters of a line that are looked at
MAX_TAIL = 6  # lines at a letter's end that may be a signature without «С уважением»
MAX_POSITION = 100  # letters
MAX_WORDS = 4  # of a person's name

_GREETING = re.compile(
    r"[\W_]{0,10}(?:с(?:о всем)? (?:глубоким |большим |искренним )?(?:уважением|почтением"
    r"|благодарностью|приветом)"
    r"|с (?:наилучшими|добрыми|лучшими|теплыми|тёплыми) пожеланиями|всего (?:доброго|хорошего|наилучшего)"
    r"|(?:заранее )?(?:спасибо|благодар(?:ю|им)|благодарен|благодарна)(?: заранее| за (?:ответ"
    r"|внимание))?|ваш[аи]?"
    r"|хорошего (?:дня|вечера)|искренне ваш[аи]?|до (?:связи|встречи)|з повагою|(?:with )?(?:my |our )?"
    r"(?:best|kind|warm|warmest|kindest)(?: regards| wishes)?|regards|(?:yours )?(?:sincerely|truly"
    r"|faithfully)"
    r"(?: yours)?|(?:many )?thanks(?: and (?:best )?regards)?(?: in advance)?|thank you|cheers"
    r"|mit (?:freundlichen|besten|lieben|herzlichen) grüßen|freundliche grüße|(?:viele|beste|liebe) grüße"
    r"|cordialement|(?:bien )?à vous|(?:un )?(?:cordial )?saludos?|atentamente|cordiali saluti"
    r"|distinti saluti"
    r"|atenciosamente|met vriendelijke groet(?:en)?|pozdrawiam|s pozdravem|med vänliga hälsningar"
    r"|med venlig hilsen|ystävällisin terveisin)(?![\w])[\s,.!:;-]*",
    re.IGNORECASE,
)
# What lists, scanners and lawyers add at the very end.
_NOTICE = re.compile(
    r"unsubscribe|отписаться|you received this (?:message|e-?mail)|вы получили это (?:письмо|сообщение)"
    r"|mailing list|virus|вирус|confidential|конфиденциальн|google groups|подумайте об окружающей среде",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*(?:--|—|[-_=*]{3,})\s*$")
_POSITION = re.compile(
    r"\b(?:(?:ген\w*\.? ?|исполнительн\w+ |коммерческ\w+ |техническ\w+ |финансов\w+ "
    r"|зам\w*\.?\s?-?)?директор\w*|менеджер\w*"
    r"|руководител\w*|начальник\w*|специалист\w*|инженер\w*|бухгалтер\w*|секретар\w*|помощник\w*|ассистент\w*"
    r"|заведующ\w*|снабжен\w*|логист\w*|юрист\w*|юрисконсульт\w*|экономист\w*|аналитик\w*|архитектор\w*"
    r"|дизайнер\w*"
    r"|маркетолог\w*|администратор\w*|консультант\w*|мастер|прораб\w*|технолог\w*|механик\w*|энергетик\w*"
    r"|координатор\w*|закупщик\w*|представител\w*|председател\w*|управляющ\w*|основател\w*|владелец"
    r"|собственник"
    r"|президент|предпринимател\w*|программист\w*|разработчик\w*|врач|учител\w*|доцент|профессор|отдел\w*"
    r"|manager|director|head of|engineer|assistant|ceo|cto|cfo|coo|founder|owner|president|partner|specialist"
    r"|accountant|secretary|buyer|purchas\w+|sales|consultant|officer|lead|developer|analyst|geschäftsführer"
    r"|gérant|vertrieb)(?!\w)",
    re.IGNORECASE,
)
_APART = re.compile(r"\s*[,;|•·/]\s+|\s+[-–—|/]\s+|\t+")
_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:[-'’][^\W\d_]+)*\.?")
_INITIALS = re.compile(r"(?<!\w)[A-ZА-ЯЁ]\.\s?(?:[A-ZА-ЯЁ]\.)?(?!\w)")
_PATRONYMIC = re.compile(r"\w{2}(?:ович|евич|ьич|овна|евна|ична)$")
_NOT_A_NAME = re.compile(r"[\d@:«»\"„“+%&()]|www|http", re.IGNORECASE)
_SAID = re.compile(
    r"(?:меня зовут|моё имя|мое имя|my name is|контактное лицо\s*[:—-]?|ich heiße|je m['’]appelle|me llamo)"
    r"\s*[:—-]?\s*(?P<name>(?:[A-ZА-ЯЁ][^\W\d_]*[-'’.]?[^\W\d_]*\s?){1,3})",
    re.IGNORECASE,
)
# Of small letters; one of them is in whatever _SAID finds.
_SAYING = ("зовут", "имя", "лицо", "name", "ße", "appelle", "llamo")


@dataclass(frozen=True, slots=True)
class Signature:
    """What the end of a letter says; `place` is the line it begins at, the number of lines when nowhere."""

    place: int
    names: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    position: str = ""


def read_signature(lines: Sequence[str]) -> Signature:
    """From a letter's lines without its quotes."""
    place, signed = _where(lines)
    pieces = list(_pieces(lines[place : place + MAX_LINES]))
    folded = "\n".join(lines).lower()
    said = [name for line in lines for name in _said(line)] if any(map(folded.__contains__, _SAYING)) else []
    below = [_tidy(piece) for at, piece in enumerate(pieces) if _is_name(piece, bare=signed and at == 0)][:2]
    companies = [
        name for line in lines[place : place + MAX_LINES] for name in companies_named(line[:MAX_LINE])
    ]
    return Signature(
        place=place,
        names=tuple(dict.fromkeys((*below, *said) if signed else (*said, *below))),
        companies=tuple(dict.fromkeys(companies)),
        position=next((piece[:MAX_POSITION] for piece in pieces if _says_position(piece)), "")
        if signed
        else "",
    )


def is_farewell(line: str) -> bool:
    """Whether a line begins with «С уважением» or its like."""
    return bool(_GREETING.match(line[:MAX_LINE]))


def _behind_farewell(line: str) -> str:
    farewell = _GREETING.match(line)
    return line[farewell.end() :] if farewell else line


def begins_signature(line: str) -> bool:
    """Whether a line alone says that a signature or a program's notice follows."""
    bare = line[:MAX_LINE].strip()
    after = _behind_farewell(bare)  # «Спасибо, подходит» is an answer
    farewell = is_farewell(bare) and (not after or _is_name(after, bare=True))
    return farewell or bool(_NOTICE.search(bare)) or _is_name(bare, bare=False)


def _where(lines: Sequence[str]) -> tuple[int, bool]:
    """The signature's first line, and whether a greeting or «--» says that it is one."""
    for place in range(len(lines) - 1, -1, -1):
        if is_farewell(lines[place]) or _RULE.match(lines[place][:MAX_LINE]):
            if _few_below(lines, place):
                return place, True
            break
    filled = [place for place, line in enumerate(lines) if line.strip()]
    return (filled[-MAX_TAIL:][0] if filled else 0), False


def _few_below(lines: Sequence[str], place: int) -> bool:
    return sum(bool(line.strip()) for line in islice(lines, place, None)) <= MAX_LINES


def _pieces(lines: Sequence[str]) -> Iterator[str]:
    """What stands between commas and bars, the greeting and companies taken away."""
    for line in lines:
        for piece in _APART.split(without_companies(_behind_farewell(line[:MAX_LINE]))):
            bare = piece.strip(" \t,.;:-–—*_|«»\"'")
            if bare:
                initials = piece.rstrip().endswith(".") and _INITIALS.search(f"{bare}.")
                yield from _parted(f"{bare}." if initials else bare)


def _is_name(piece: str, *, bare: bool) -> bool:
    """A known first name, a patronymic or initials say so; right below a greeting two capitals are enough."""
    if _NOT_A_NAME.search(piece):
        return False
    parts = _WORD.findall(piece)
    whole = [part for part in parts if len(part.rstrip(".")) > 1]
    if not whole or len(parts) > MAX_WORDS or not all(part[0].isupper() for part in parts):
        return False
    if _says_position(piece):
        return False
    known = any(map(_is_first_name, whole))
    if len(parts) == 1:
        return known
    return (
        known
        or any(map(_PATRONYMIC.search, whole))
        or bool(_INITIALS.search(piece))
        or (bare and len(parts) > 1)
    )


@lru_cache(maxsize=256)  # asked of each piece in turn: where it parts, whether it is a name, for the position
def _says_position(piece: str) -> bool:
    return bool(_POSITION.search(piece))


def _is_first_name(word: str) -> bool:
    folded = fold(word)
    return folded in FIRST_NAMES or bool(other_names(skeleton(folded)))


def _parted(piece: str) -> tuple[str, ...]:
    """«менеджер Белова Е.В.», «Олег Орлов директор»: a name beside a position, with nothing between."""
    if not _says_position(piece):
        return (piece,)
    parts = piece.replace(". ", ".").split()
    for length in range(min(3, len(parts) - 1), 1, -1):
        behind, before = " ".join(parts[-length:]), " ".join(parts[:length])
        if _is_name(behind, bare=False):
            return (" ".join(parts[:-length]), behind)
        if _is_name(before, bare=False):
            return (before, " ".join(parts[length:]))
    return (piece,)


def _said(line: str) -> Iterator[str]:
    for match in _SAID.finditer(line[:MAX_LINE]):
        parts = [part for part in _WORD.findall(match["name"]) if part[0].isupper()]
        if parts:
            yield _tidy(" ".join(parts))


def _tidy(name: str) -> str:
    return " ".join(name.split())

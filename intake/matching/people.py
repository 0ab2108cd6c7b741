"""Full names as people write them, taken apart without a dictionary of surnames.

Russian order (Иванов Иван Иванович) and the other (Иван Иванович Иванов, Ivan Ivanov) are told apart by the
patronymic, then by common first names, then by how surnames end. What stays doubtful is read in Russian order
when it is Cyrillic and in the other when it is not: a person corrects it on the form.
"""

import re
from dataclasses import dataclass

from intake.matching.names import fold

MAX_NAME = 300  # letters that are looked at
MAX_PARTS = 6  # words of one person's name

_PATRONYMIC = re.compile(
    r".{2,}(?:ович|евич|овна|евна|инична)$|^(?:иль|кузьм|лук|фом|никит)(?:ич|инична|ична)$"
)
_TURKIC_PATRONYMIC = {"оглы", "оглу", "кызы", "кизи", "улы", "уулу", "ogly", "oglu", "kyzy"}
_LATIN_PATRONYMIC = re.compile(r".{2,}(?:ovich|evich|ovna|evna|inichna)$")
_SURNAME = re.compile(
    r".+(?:[оеё]ва?|[иы]на?|ск(?:ий|ая|ой)|цк(?:ий|ая|ой)|енко|чук|юк|ян|дзе|швили|[иы]х|ко)$"
    r"|.+(?:ova?|eva?|ina?|sky|skiy|skaya|enko|chuk|yan|dze|shvili)$"
)
_INITIAL = re.compile(r"^[^\W\d_]\.?$")
_GLUED_INITIALS = re.compile(r"(?<![^\W\d_])([^\W\d_])\.(?=[^\W\d_])")
_PART = re.compile(r"[^\W\d_][^\W\d_.'’ʼ`-]*(?:[-'’ʼ`][^\W\d_]+)*\.?")
_COURTESY = {"г-н", "г-жа", "гр", "господин", "госпожа", "mr", "mrs", "ms", "dr", "herr", "frau"}

# First names common enough to settle the order of two words; folded.
_FIRST_NAMES = """
александр алексей анатолий андрей антон аркадий арсений артем артур борис вадим валентин валерий василий
вениамин виктор виталий владимир владислав всеволод вячеслав геннадий георгий герман глеб григорий
даниил данил денис дмитрий евгений егор захар иван игорь илья иннокентий кирилл константин лев леонид
макар максим марат марк матвей мирон михаил назар никита николай олег павел петр ратмир ринат роман
руслан рустам савелий святослав семен сергей станислав степан тимофей тимур федор филипп эдуард эльдар
юрий яков ян ярослав александра алена алина алиса алла анастасия ангелина анна антонина арина валентина
валерия варвара василиса вера вероника виктория галина дарья диана дина ева евгения екатерина елена
елизавета жанна зинаида зоя инна ирина карина кира кристина ксения лариса лидия лилия лия любовь людмила
маргарита марина мария милана надежда наталья наталия нина оксана олеся ольга полина раиса регина римма
светлана софия софья таисия тамара татьяна ульяна эльвира юлия яна aleksandr alexander alexey aleksei
andrey anton boris denis dmitry dmitriy evgeny igor ilya ivan kirill konstantin maxim mikhail nikita
nikolay oleg pavel petr roman sergey stanislav vadim valentin viktor vladimir alina anastasia anna daria
ekaterina elena galina irina ksenia maria marina natalia nina olga polina svetlana tatiana yulia
"""
FIRST_NAMES = frozenset(_FIRST_NAMES.split())


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in parts; "" where there is none. Initials keep their full stop: «И.»."""

    last: str = ""
    first: str = ""
    middle: str = ""

    @property
    def full(self) -> str:
        """«Иванов Иван Иванович»."""
        return " ".join(part for part in (self.last, self.first, self.middle) if part)

    @property
    def short(self) -> str:
        """«Иванов И. И.»; without a surname «Иван Иванович»."""
        if not self.last:
            return self.full
        return " ".join([self.last, *(f"{part[0]}." for part in (self.first, self.middle) if part)])


def read_person(text: str) -> PersonName:
    """The parts of a name in whatever order; all empty when no letters are in it. Never raises."""
    parts = _parts(text[:MAX_NAME])
    middle = next((part for part in parts[1:] if _is_patronymic(part)), "")
    if middle:
        return _around(parts, middle)
    initials = [part for part in parts if _INITIAL.match(part)]
    whole = [part for part in parts if not _INITIAL.match(part)]
    if initials and whole:
        first, second, *_ = *(f"{part[0]}." for part in initials), ""
        return _with_initials(whole, first, second)
    comma = "," in text and len(parts) > 1
    return _last_first(parts) if comma else _guessed(parts)


def _parts(text: str) -> list[str]:
    spaced = _GLUED_INITIALS.sub(r"\1. ", text)
    parts = [part if len(part) == 2 else part.rstrip(".") for part in _PART.findall(spaced)]
    parts = [part for part in parts if part.casefold() not in _COURTESY][:MAX_PARTS]
    parts = _with_turkic_endings(parts)
    one_case = all(part.isupper() for part in parts) or all(part.islower() for part in parts)
    return [_capitalised(part) for part in parts] if one_case else parts


def _with_turkic_endings(parts: list[str]) -> list[str]:
    """«Вагиф оглы» is one patronymic."""
    joined: list[str] = []
    for part in parts:
        if joined and part.casefold() in _TURKIC_PATRONYMIC:
            joined[-1] = f"{joined[-1]} {part.lower()}"
        else:
            joined.append(part)
    return joined


def _capitalised(part: str) -> str:
    """«ПЕТРОВ-ВОДКИН» -> «Петров-Водкин»; the ending of a Turkic patronymic stays small."""
    name, space, ending = part.partition(" ")
    return "-".join(piece.capitalize() for piece in name.split("-")) + space + ending


def _is_patronymic(part: str) -> bool:
    folded = fold(part)
    _, _, ending = folded.partition(" ")
    return bool(ending in _TURKIC_PATRONYMIC or _PATRONYMIC.match(folded) or _LATIN_PATRONYMIC.match(folded))


def _around(parts: list[str], middle: str) -> PersonName:
    """The patronymic follows the first name: what else there is, before or after, is the surname."""
    place = parts.index(middle, 1)
    others = parts[: place - 1] + parts[place + 1 :]
    return PersonName(" ".join(others), parts[place - 1], middle)


def _with_initials(whole: list[str], first: str, second: str) -> PersonName:
    if len(whole) > 1:  # «Иван И. Иванов»
        name = _guessed(whole)
        return PersonName(name.last, name.first, first)
    return PersonName(whole[0], first, second)


def _guessed(parts: list[str]) -> PersonName:
    match parts:
        case []:
            return PersonName()
        case [only]:
            return PersonName(first=only) if fold(only) in FIRST_NAMES else PersonName(last=only)
        case [one, two, *_] if _surname_comes_last(one, two):
            return PersonName(" ".join(parts[1:]), one) if len(parts) == 2 else _western(parts)
    return _last_first(parts)


def _surname_comes_last(one: str, two: str) -> bool:
    known = fold(one) in FIRST_NAMES, fold(two) in FIRST_NAMES
    if known[0] != known[1]:
        return known[0]
    surnames = bool(_SURNAME.match(fold(one))), bool(_SURNAME.match(fold(two)))
    if surnames[0] != surnames[1]:
        return surnames[1]
    return one[0] < "Ѐ"  # not Cyrillic: the first name stands first


def _western(parts: list[str]) -> PersonName:
    return PersonName(parts[-1], parts[0], " ".join(parts[1:-1]))


def _last_first(parts: list[str]) -> PersonName:
    return PersonName(parts[0], parts[1], " ".join(parts[2:]))

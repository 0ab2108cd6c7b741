"""What companies are called: words, joined roots, acronyms, numbers, hyphens, founders, Latin brands."""

from collections.abc import Callable
from functools import lru_cache
from random import Random

from intake.demo.trade import ADJECTIVES, BACKS, FRONTS, NOUNS, ROOTS
from tests.bench.names import frequencies

FORMS = ("ООО",) * 16 + ("АО", "АО", "ПАО", "ЗАО")
_MORE_FRONTS = """
Рос Сиб Урал Мос Север Юг Дон Волга Дальне Евро Альфа Мега Супер Гранд Нефте Гидро Био Аэро Авиа Судо
Вело Мото Алко Рыб Зерно Мясо Хлебо Плодо Кофе Чай Дом Двер Окно Пласт Цем Бетон Кирпич Нано Инфо Софт
Теле Видео Медиа Фото Ювелир Текстиль Обувь Спорт Тур Отель Фарм Вет Зоо Фин Аудит Юр Кадр Хол Клим Вод
Сантех Инж
""".split()
_MORE_BACKS = """
трейд торг импорт экспорт групп плюс лайн маркет лизинг траст капитал консалт дизайн декор мебель
стандарт мастер профи сити ленд хаус парк порт сталь прокат литьё деталь прибор датчик связь контроль
наладка ремонт поставка сбыт опт база склад терминал экспедиция перевозка диагностика лаборатория
сертификация
""".split()
_TAILS = """
Сервис Плюс Строй Трейд Инвест Групп Юг Авто М Н НН СПб Центр Регион Сибирь Урал Запад Восток Север
Лизинг Логистик Опт Торг Проект Холдинг Капитал Энерго Маркет Дон Волга ДВ Эко Про Лайн Сити 1 2 3
""".split()
_HOUSES = (
    "Торговый дом", "Завод", "Фабрика", "Производственная компания", "Управляющая компания",
    "Группа компаний", "Типография", "Строительная компания", "Логистический центр", "Клиника", "Гостиница",
    "Ресторан", "Агрофирма", "Птицефабрика", "Комбинат", "Рыбокомбинат", "Издательство", "Мастерская",
    "Ателье", "Автосалон", "Автосервис", "Аптека", "Кафе", "Пекарня", "Стоматология", "Санаторий",
    "Учебный центр", "Научно-производственное объединение", "Инженерный центр", "Транспортная компания",
    "Охранное предприятие",
)  # fmt: skip
_SHORT = "СК ТК ТД УК ГК КБ НК ПК АК РК НПО НПП НПФ ПКФ ТПК СМУ ЧОП ДК МК ЦБ ЭК ВК РТ".split()
_NUMBERED = (
    "Школа № ", "Детский сад № ", "Гимназия № ", "Лицей № ", "Поликлиника № ", "Городская больница № ",
    "Аптека № ", "СМУ-", "УНР-", "ПМК-", "Завод № ", "Автоколонна ", "Ремонтно-механический завод № ",
    "Магазин № ", "СТО № ", "Стройтрест ", "Пожарная часть № ", "Хлебозавод № ", "Мостоотряд-",
)  # fmt: skip
_SYLLABLES = """
ла вир та не ро ми ка со лен дар вел то ри ма гра ди ко ста лю бер на ви са фо рен ти ми ла ар го пре сол
дан бри ки зер но эл фи ра ко мен ту зи лан до све вер ба лай кон ри ду ни сан пор ге мор ти кас
""".split()
_LATIN_SYLLABLES = (
    "ta ko ra vi lex no mar sy ten dro bi al fo ri net ma gen lu po kra si mo del in ter pro zen".split()
)
_LATIN_TAILS = ("", "", " Group", " Trade", " Systems", " Logistics", " Rus", " Technologies", "-M", " 24")
_LETTERS = "АБВГДЕЗИКЛМНОПРСТУФХЦЧШЭЮЯ"


def company_name(chance: Random, surname: str) -> str:
    """A company that does not exist, or whose name is anybody's. `surname`: a man's, for its founder."""
    at = chance.random()
    for share, make in _KINDS:
        if at < share:
            return make(chance, surname)
        at -= share
    raise AssertionError("the shares make one")


def _early(chance: Random, choices: tuple[str, ...]) -> str:
    """The first ones are the frequent ones."""
    return choices[int(chance.random() ** 3 * len(choices))]


def _word(chance: Random) -> str:
    return _early(chance, _nouns())


def _joined(chance: Random, _surname: str) -> str:
    middle = chance.choice(_fronts()).lower() if chance.random() < 0.3 else ""
    return chance.choice(_fronts()) + middle + chance.choice(_backs())


def _tailed(chance: Random, _surname: str) -> str:
    return f"{_word(chance)}{chance.choice('--- ')}{chance.choice(_TAILS)}"


def _plain(chance: Random, _surname: str) -> str:
    return _word(chance)


def _poetic(chance: Random, _surname: str) -> str:
    noun, gender = chance.choice(NOUNS)
    tail = f" {_word(chance)}" if chance.random() < 0.3 else ""
    return f"{chance.choice(ADJECTIVES)[gender]} {noun}{tail}"


def _house(chance: Random, surname: str) -> str:
    inner = _joined if chance.random() < 0.4 else _plain
    return f"{chance.choice(_HOUSES)} «{inner(chance, surname)}»"


def _short(chance: Random, surname: str) -> str:
    inner = _joined if chance.random() < 0.4 else _plain
    return f"{chance.choice(_SHORT)} {inner(chance, surname)}"


def _acronym(chance: Random, _surname: str) -> str:
    letters = "".join(chance.choices(_LETTERS, k=chance.choice((2, 3, 3, 4))))
    return f"{letters}{chance.choice((' ', '-'))}{chance.choice(_TAILS)}"


def _numbered(chance: Random, _surname: str) -> str:
    if chance.random() < 0.3:
        number = chance.choice((2000, 21, 24, 777, chance.randrange(2, 100)))
        return f"{_word(chance)}{chance.choice((' ', '-'))}{number}"
    name = f"{chance.choice(_NUMBERED)}{int(1 + chance.random() ** 2 * 400)}"
    return f"{name} «{_word(chance)}»" if chance.random() < 0.4 else name


def _founded(chance: Random, surname: str) -> str:
    return chance.choice(
        (f"{surname} и партнёры", f"{surname} и К", f"Агрофирма {surname}", f"Хозяйство {surname}")
    )


def _town(chance: Random, _surname: str) -> str:
    kind = chance.choice(
        ("Водоканал", "Горэлектросеть", "Теплосеть", "Агроснаб", "Молоко", "Лес", "Хлеб", "Электросвязь")
    )
    return f"{_early(chance, frequencies.towns())} {kind}"


def _coined(chance: Random, _surname: str) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3, 4)))).capitalize()


def _latin(chance: Random, _surname: str) -> str:
    name = "".join(chance.choices(_LATIN_SYLLABLES, k=chance.choice((2, 3, 4)))).capitalize()
    return name + chance.choice(_LATIN_TAILS)


_KINDS: tuple[tuple[float, Callable[[Random, str], str]], ...] = (
    (0.20, _joined), (0.16, _tailed), (0.07, _plain), (0.09, _poetic), (0.10, _house), (0.08, _short),
    (0.04, _acronym), (0.08, _numbered), (0.04, _founded), (0.04, _town), (0.05, _coined), (0.0501, _latin),
)  # fmt: skip


@lru_cache(maxsize=1)
def _nouns() -> tuple[str, ...]:
    return (*ROOTS, *frequencies.words())


@lru_cache(maxsize=1)
def _fronts() -> tuple[str, ...]:
    return (*FRONTS, *_MORE_FRONTS)


@lru_cache(maxsize=1)
def _backs() -> tuple[str, ...]:
    return (*BACKS, *_MORE_BACKS)

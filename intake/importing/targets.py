"""The headings that columns have in files of clients, in Russian and English: data.

The first heading of a target, in each language, is the one that exports of ours are written with.
"""

from dataclasses import dataclass

from intake.model.wizard import PartyKind


@dataclass(frozen=True, slots=True)
class Target:
    """What a column becomes. `several`: more than one column may."""

    key: str
    russian: tuple[str, ...]
    english: tuple[str, ...]
    pattern: str = ""  # in a folded heading that is none of these
    several: bool = False


# fmt: off
_NUMBER = Target("number", ("Номер Intake",), ("Intake number",))
_FULL = Target(
    "full_name",
    ("ФИО", "Полное имя", "Имя и фамилия", "Фамилия Имя Отчество", "Фамилия и имя", "Контакт",
     "Контактное лицо", "Клиент", "Лид", "Название лида"),
    ("Full name", "Name", "Contact name", "Contact", "Person", "Display name", "Lead name"),
    r"\bфио\b|полное имя|full name",
)
_LAST = Target(
    "last_name", ("Фамилия",), ("Last name", "Surname", "Family name"), r"фамили|last name|surname"
)
_FIRST = Target(
    "first_name", ("Имя",), ("First name", "Given name", "Forename"), r"^имя|first name|given name"
)
_MIDDLE = Target(
    "middle_name", ("Отчество",), ("Middle name", "Patronymic", "Additional name"), r"отчество|middle name"
)
_POSITION = Target(
    "position", ("Должность",), ("Position", "Job title", "Title", "Role"), r"должност|job title"
)
_DEPARTMENT = Target(
    "department", ("Отдел", "Подразделение"), ("Department",), r"\bотдел|подразделени|department"
)
_PHONE = Target(
    "phone",
    ("Телефон", "Тел.", "Мобильный", "Сотовый", "Номер телефона", "Телефоны", "Контактный телефон", "Моб.", "Факс"),
    ("Phone", "Telephone", "Mobile", "Cell", "Phone number", "Tel", "Phones", "Fax"),
    r"\bтел\b|телефон|мобильн|сотов|phone|mobile|whats ?app|\bфакс",
    several=True,
)
_EMAIL = Target(
    "email",
    ("E-mail", "Почта", "Электронная почта", "Эл. почта", "Email", "Адрес электронной почты", "Имейл", "Мейл"),
    ("E-mail", "Mail", "E-mail address"),
    r"\be ?mail|почта$|эл(?:ектронн\w+)? почт|электронной почты",
    several=True,
)
_SITE = Target(
    "site",
    ("Сайт", "Веб-сайт", "Адрес сайта"),
    ("Website", "Site", "Web", "URL", "Homepage"),
    r"\bсайт|web ?site|\burl\b",
    several=True,
)
_MESSENGER = Target(
    "messenger", ("Мессенджер", "Телеграм", "Telegram", "Скайп", "ВК", "ВКонтакте", "Ник"),
    ("Messenger", "Telegram", "Skype", "VK", "Nick"),
    r"телеграм|telegram|skype|скайп|вконтакте|мессенджер|messenger", several=True,
)
_CITY = Target("city", ("Город", "Населённый пункт"), ("City", "Town"), r"\bгород\b|\bcity\b")
_COUNTRY = Target("country", ("Страна",), ("Country",), r"\bстрана\b|country")
_INDUSTRY = Target(
    "industry",
    ("Отрасль", "Сфера деятельности", "Вид деятельности"),
    ("Industry",),
    r"отрасл|сфера деят|industry|оквэд",
)
_SOURCE = Target(
    "source", ("Источник", "Рекламный источник", "Канал"), ("Source", "Lead source"), r"источник|\bsource"
)
_DESCRIPTION = Target(
    "description",
    ("Описание", "Примечание", "Комментарий", "Комментарии", "Заметки", "Дополнительно"),
    ("Description", "Note", "Notes", "Comment", "Comments", "Remarks"),
    r"примечан|комментар|описани|заметк|\bnote|comment|description",
    several=True,
)
_RESPONSIBLE = Target(
    "responsible",
    ("Ответственный", "Менеджер", "Куратор"),
    ("Responsible", "Manager", "Assigned to", "Owner"),
    r"ответственн|\bменеджер|assigned|\bowner",
)
_CREATED = Target(
    "created",
    ("Создан", "Дата создания", "Создано", "Дата регистрации"),
    ("Created", "Created at", "Date created", "Creation date"),
    r"дата (?:создания|добавления|регистрации)|created",
)
_COMPANY_HEADINGS = (
    "Организация",
    "Компания",
    "Название компании",
    "Контрагент",
    "Наименование",
    "Наименование организации",
    "Фирма",
    "Юридическое лицо",
)
_COMPANY_ENGLISH = ("Organisation", "Organization", "Company", "Company name", "Account", "Firm")
_COMPANY_PATTERN = r"организаци|компани|контрагент|юр(?:идическ\w+)? лиц|company|organi[sz]ation|\bфирма"
_INN = Target(
    "inn",
    ("ИНН", "ИНН/КПП", "ИНН организации"),
    ("INN", "Tax ID", "TIN", "Tax number"),
    r"\bинн\b|\binn\b|tax id",
)
_KPP = Target("kpp", ("КПП",), ("KPP",), r"^кпп\b|\bkpp\b")
_ADDRESS = Target(
    "address", ("Адрес", "Юридический адрес", "Фактический адрес", "Почтовый адрес", "Улица"),
    ("Address", "Street", "Postal address", "Billing address"), r"\bадрес|address", several=True,
)
_SHARED = (_INDUSTRY, _SOURCE, _DESCRIPTION, _RESPONSIBLE, _CREATED)
_REACH = (_PHONE, _EMAIL, _SITE, _MESSENGER)


def _of_contact(
    target: Target, russian: tuple[str, ...], english: tuple[str, ...], pattern: str = ""
) -> Target:
    return Target(f"contact_{target.key}", russian, english, pattern, target.several)


_CONTACT_PERSON = (
    _of_contact(
        _FULL, ("Контактное лицо", "Контакт", "ФИО контактного лица", "ФИО", "Представитель", "Руководитель", "Директор"),
        ("Contact person", "Contact", "Contact name", "Full name", "Representative"),
        r"контактн\w+ лиц|\bфио\b|представител|руководител|директор|contact (?:person|name)",
    ),
    _of_contact(_LAST, ("Фамилия контактного лица", "Фамилия"), ("Contact's last name", "Last name", "Surname"), r"фамили|last name|surname"),
    _of_contact(_FIRST, ("Имя контактного лица", "Имя"), ("Contact's first name", "First name"), r"^имя|first name"),
    _of_contact(_MIDDLE, ("Отчество контактного лица", "Отчество"), ("Contact's middle name", "Middle name"), r"отчество|middle name"),
    _of_contact(_POSITION, ("Должность контактного лица", "Должность"), ("Contact's position", "Position", "Job title"), r"должност|job title"),
    _of_contact(_DEPARTMENT, ("Отдел контактного лица", "Отдел"), ("Contact's department", "Department"), r"\bотдел|department"),
    _of_contact(_PHONE, ("Телефон контактного лица",), ("Contact's phone",), r"(?:тел|моб)\w* контакт|контактн\w+ лиц\w* тел|contact\w* (?:person )?(?:phone|mobile)"),
    _of_contact(_EMAIL, ("E-mail контактного лица",), ("Contact's e-mail",), r"(?:mail|почта) контакт|контактн\w+ лиц\w* (?:e ?mail|почт)|contact\w* (?:person )?e ?mail"),
)

TARGETS: dict[PartyKind, tuple[Target, ...]] = {
    PartyKind.ACCOUNT: (
        _NUMBER,
        Target("name", ("Название", "Наименование", "Клиент", "Полное наименование", "Краткое наименование", *_COMPANY_HEADINGS),
               ("Name", "Client", "Customer", *_COMPANY_ENGLISH), r"наименование|название|\bклиент\b|customer|" + _COMPANY_PATTERN),
        Target("legal_form", ("Правовая форма", "ОПФ", "Форма собственности", "Организационно-правовая форма"), ("Legal form",), r"правов\w+ форм|\bопф\b|legal form"),
        _INN, _KPP, Target("ogrn", ("ОГРН", "ОГРНИП", "ОГРН/ОГРНИП"), ("OGRN",), r"\bогрн|\bogrn"),
        *_CONTACT_PERSON[6:],
        *_REACH, _COUNTRY, _CITY, _ADDRESS,
        Target("type", ("Тип", "Тип клиента", "Тип контрагента", "Категория"), ("Type", "Client type", "Category"), r"^тип\b|\btype$"),
        Target("employees", ("Сотрудников", "Количество сотрудников", "Численность"), ("Employees", "Number of employees"), r"сотрудник|численност|employees"),
        Target("revenue", ("Годовой оборот", "Оборот", "Выручка"), ("Annual revenue", "Revenue", "Turnover"), r"оборот|выручка|revenue|turnover"),
        *_CONTACT_PERSON[:6], *_SHARED,
    ),
    PartyKind.CONTACT: (
        _NUMBER, _LAST, _MIDDLE, _FIRST, _POSITION, _DEPARTMENT,
        Target("account_inn", ("ИНН клиента", *_INN.russian), ("Client's INN", *_INN.english), _INN.pattern),
        Target("account_kpp", ("КПП клиента", "КПП"), ("Client's KPP", "KPP"), r"\bкпп\b|\bkpp\b"),
        Target("account", ("Клиент", *_COMPANY_HEADINGS), ("Client", "Customer", *_COMPANY_ENGLISH), r"\bклиент\b|" + _COMPANY_PATTERN),
        _FULL, *_REACH, _COUNTRY, _CITY, *_SHARED,
    ),
    PartyKind.LEAD: (
        _NUMBER, _LAST, _MIDDLE, _FIRST, _POSITION, _INN,
        Target("organisation", _COMPANY_HEADINGS, _COMPANY_ENGLISH, _COMPANY_PATTERN),
        _FULL, *_REACH, _COUNTRY, _CITY,
        Target("rating", ("Рейтинг", "Оценка"), ("Rating",), r"рейтинг|rating"),
        Target("status", ("Статус", "Стадия", "Состояние"), ("Status", "Stage"), r"статус|стадия|status|stage"),
        *_SHARED,
    ),
}
# fmt: on
BY_KEY: dict[PartyKind, dict[str, Target]] = {
    kind: {target.key: target for target in targets} for kind, targets in TARGETS.items()
}

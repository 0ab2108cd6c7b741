"""Russian area codes and the names of places behind telephone numbers.

Written by hand from the national numbering plan's ABC codes: a region has a code of three digits; a town
whose numbers have six digits has one of four.
"""

from babel import Locale, UnknownLocaleError

# code of a town -> its name in Russian and English
CITY_CODES: dict[str, tuple[str, str]] = {
    "3012": ("Улан-Удэ", "Ulan-Ude"),
    "3022": ("Чита", "Chita"),
    "3412": ("Ижевск", "Izhevsk"),
    "3452": ("Тюмень", "Tyumen"),
    "3462": ("Сургут", "Surgut"),
    "3466": ("Нижневартовск", "Nizhnevartovsk"),
    "3467": ("Ханты-Мансийск", "Khanty-Mansiysk"),
    "3519": ("Магнитогорск", "Magnitogorsk"),
    "3522": ("Курган", "Kurgan"),
    "3532": ("Оренбург", "Orenburg"),
    "3652": ("Симферополь", "Simferopol"),
    "3812": ("Омск", "Omsk"),
    "3822": ("Томск", "Tomsk"),
    "3842": ("Кемерово", "Kemerovo"),
    "3843": ("Новокузнецк", "Novokuznetsk"),
    "3852": ("Барнаул", "Barnaul"),
    "3902": ("Абакан", "Abakan"),
    "3952": ("Иркутск", "Irkutsk"),
    "4012": ("Калининград", "Kaliningrad"),
    "4112": ("Якутск", "Yakutsk"),
    "4132": ("Магадан", "Magadan"),
    "4152": ("Петропавловск-Камчатский", "Petropavlovsk-Kamchatsky"),
    "4162": ("Благовещенск", "Blagoveshchensk"),
    "4212": ("Хабаровск", "Khabarovsk"),
    "4242": ("Южно-Сахалинск", "Yuzhno-Sakhalinsk"),
    "4712": ("Курск", "Kursk"),
    "4722": ("Белгород", "Belgorod"),
    "4742": ("Липецк", "Lipetsk"),
    "4752": ("Тамбов", "Tambov"),
    "4812": ("Смоленск", "Smolensk"),
    "4822": ("Тверь", "Tver"),
    "4832": ("Брянск", "Bryansk"),
    "4842": ("Калуга", "Kaluga"),
    "4852": ("Ярославль", "Yaroslavl"),
    "4855": ("Рыбинск", "Rybinsk"),
    "4862": ("Орёл", "Oryol"),
    "4872": ("Тула", "Tula"),
    "4912": ("Рязань", "Ryazan"),
    "4922": ("Владимир", "Vladimir"),
    "4932": ("Иваново", "Ivanovo"),
    "4942": ("Кострома", "Kostroma"),
    "8112": ("Псков", "Pskov"),
    "8142": ("Петрозаводск", "Petrozavodsk"),
    "8152": ("Мурманск", "Murmansk"),
    "8162": ("Великий Новгород", "Veliky Novgorod"),
    "8172": ("Вологда", "Vologda"),
    "8182": ("Архангельск", "Arkhangelsk"),
    "8202": ("Череповец", "Cherepovets"),
    "8212": ("Сыктывкар", "Syktyvkar"),
    "8332": ("Киров", "Kirov"),
    "8342": ("Саранск", "Saransk"),
    "8352": ("Чебоксары", "Cheboksary"),
    "8362": ("Йошкар-Ола", "Yoshkar-Ola"),
    "8412": ("Пенза", "Penza"),
    "8422": ("Ульяновск", "Ulyanovsk"),
    "8442": ("Волгоград", "Volgograd"),
    "8452": ("Саратов", "Saratov"),
    "8482": ("Тольятти", "Tolyatti"),
    "8512": ("Астрахань", "Astrakhan"),
    "8552": ("Набережные Челны", "Naberezhnye Chelny"),
    "8617": ("Новороссийск", "Novorossiysk"),
    "8652": ("Ставрополь", "Stavropol"),
    "8662": ("Нальчик", "Nalchik"),
    "8672": ("Владикавказ", "Vladikavkaz"),
    "8692": ("Севастополь", "Sevastopol"),
    "8712": ("Грозный", "Grozny"),
    "8722": ("Махачкала", "Makhachkala"),
    "8772": ("Майкоп", "Maykop"),
    "8793": ("Пятигорск", "Pyatigorsk"),
}

# code of a region -> its name
REGION_CODES: dict[str, tuple[str, str]] = {
    "301": ("Бурятия", "Buryatia"),
    "302": ("Забайкальский край", "Zabaykalsky Krai"),
    "341": ("Удмуртия", "Udmurtia"),
    "342": ("Пермский край", "Perm Krai"),
    "343": ("Свердловская область", "Sverdlovsk Oblast"),
    "345": ("Тюменская область", "Tyumen Oblast"),
    "346": ("Ханты-Мансийский АО", "Khanty-Mansi AO"),
    "347": ("Башкортостан", "Bashkortostan"),
    "349": ("Ямало-Ненецкий АО", "Yamalo-Nenets AO"),
    "351": ("Челябинская область", "Chelyabinsk Oblast"),
    "352": ("Курганская область", "Kurgan Oblast"),
    "353": ("Оренбургская область", "Orenburg Oblast"),
    "365": ("Крым", "Crimea"),
    "381": ("Омская область", "Omsk Oblast"),
    "382": ("Томская область", "Tomsk Oblast"),
    "383": ("Новосибирская область", "Novosibirsk Oblast"),
    "384": ("Кемеровская область", "Kemerovo Oblast"),
    "385": ("Алтайский край", "Altai Krai"),
    "388": ("Республика Алтай", "Altai Republic"),
    "390": ("Хакасия", "Khakassia"),
    "391": ("Красноярский край", "Krasnoyarsk Krai"),
    "394": ("Тыва", "Tuva"),
    "395": ("Иркутская область", "Irkutsk Oblast"),
    "401": ("Калининградская область", "Kaliningrad Oblast"),
    "411": ("Якутия", "Yakutia"),
    "413": ("Магаданская область", "Magadan Oblast"),
    "415": ("Камчатский край", "Kamchatka Krai"),
    "416": ("Амурская область", "Amur Oblast"),
    "421": ("Хабаровский край", "Khabarovsk Krai"),
    "423": ("Приморский край", "Primorsky Krai"),
    "424": ("Сахалинская область", "Sakhalin Oblast"),
    "426": ("Еврейская АО", "Jewish AO"),
    "427": ("Чукотка", "Chukotka"),
    "471": ("Курская область", "Kursk Oblast"),
    "472": ("Белгородская область", "Belgorod Oblast"),
    "473": ("Воронежская область", "Voronezh Oblast"),
    "474": ("Липецкая область", "Lipetsk Oblast"),
    "475": ("Тамбовская область", "Tambov Oblast"),
    "481": ("Смоленская область", "Smolensk Oblast"),
    "482": ("Тверская область", "Tver Oblast"),
    "483": ("Брянская область", "Bryansk Oblast"),
    "484": ("Калужская область", "Kaluga Oblast"),
    "485": ("Ярославская область", "Yaroslavl Oblast"),
    "486": ("Орловская область", "Oryol Oblast"),
    "487": ("Тульская область", "Tula Oblast"),
    "491": ("Рязанская область", "Ryazan Oblast"),
    "492": ("Владимирская область", "Vladimir Oblast"),
    "493": ("Ивановская область", "Ivanovo Oblast"),
    "494": ("Костромская область", "Kostroma Oblast"),
    "495": ("Москва", "Moscow"),
    "496": ("Московская область", "Moscow Oblast"),
    "498": ("Московская область", "Moscow Oblast"),
    "499": ("Москва", "Moscow"),
    "811": ("Псковская область", "Pskov Oblast"),
    "812": ("Санкт-Петербург", "Saint Petersburg"),
    "813": ("Ленинградская область", "Leningrad Oblast"),
    "814": ("Карелия", "Karelia"),
    "815": ("Мурманская область", "Murmansk Oblast"),
    "816": ("Новгородская область", "Novgorod Oblast"),
    "817": ("Вологодская область", "Vologda Oblast"),
    "818": ("Архангельская область", "Arkhangelsk Oblast"),
    "820": ("Вологодская область", "Vologda Oblast"),
    "821": ("Коми", "Komi"),
    "831": ("Нижегородская область", "Nizhny Novgorod Oblast"),
    "833": ("Кировская область", "Kirov Oblast"),
    "834": ("Мордовия", "Mordovia"),
    "835": ("Чувашия", "Chuvashia"),
    "836": ("Марий Эл", "Mari El"),
    "841": ("Пензенская область", "Penza Oblast"),
    "842": ("Ульяновская область", "Ulyanovsk Oblast"),
    "843": ("Татарстан", "Tatarstan"),
    "844": ("Волгоградская область", "Volgograd Oblast"),
    "845": ("Саратовская область", "Saratov Oblast"),
    "846": ("Самарская область", "Samara Oblast"),
    "847": ("Калмыкия", "Kalmykia"),
    "848": ("Самарская область", "Samara Oblast"),
    "851": ("Астраханская область", "Astrakhan Oblast"),
    "855": ("Татарстан", "Tatarstan"),
    "861": ("Краснодарский край", "Krasnodar Krai"),
    "862": ("Сочи", "Sochi"),
    "863": ("Ростовская область", "Rostov Oblast"),
    "865": ("Ставропольский край", "Stavropol Krai"),
    "866": ("Кабардино-Балкария", "Kabardino-Balkaria"),
    "867": ("Северная Осетия", "North Ossetia"),
    "869": ("Севастополь", "Sevastopol"),
    "871": ("Чечня", "Chechnya"),
    "872": ("Дагестан", "Dagestan"),
    "873": ("Ингушетия", "Ingushetia"),
    "877": ("Адыгея", "Adygea"),
    "878": ("Карачаево-Черкесия", "Karachay-Cherkessia"),
    "879": ("Ставропольский край", "Stavropol Krai"),
    "800": ("Бесплатный вызов", "Free call"),
}

# regions whose capital has numbers of seven digits; these begin with 2 or 3
CAPITALS: dict[str, tuple[str, str]] = {
    "342": ("Пермь", "Perm"),
    "343": ("Екатеринбург", "Yekaterinburg"),
    "347": ("Уфа", "Ufa"),
    "351": ("Челябинск", "Chelyabinsk"),
    "383": ("Новосибирск", "Novosibirsk"),
    "391": ("Красноярск", "Krasnoyarsk"),
    "423": ("Владивосток", "Vladivostok"),
    "473": ("Воронеж", "Voronezh"),
    "831": ("Нижний Новгород", "Nizhny Novgorod"),
    "843": ("Казань", "Kazan"),
    "846": ("Самара", "Samara"),
    "861": ("Краснодар", "Krasnodar"),
    "863": ("Ростов-на-Дону", "Rostov-on-Don"),
}
_IN_CAPITAL = ("2", "3")


def place_of(country: str, national: str, locale: str) -> str:
    """The town or region of a Russian number, else the country, in «ru» or English. "" when unknown.

    `country` is an ISO 3166 code, `national` the number without the country's code.
    """
    place = _russian_place(national) if country == "RU" else None
    if place:
        return place[0] if locale.startswith("ru") else place[1]
    return _country_name(country, locale)


def _russian_place(national: str) -> tuple[str, str] | None:
    if town := CITY_CODES.get(national[:4]):
        return town
    code = national[:3]
    if code in CAPITALS and national[3:].startswith(_IN_CAPITAL):
        return CAPITALS[code]
    return REGION_CODES.get(code)


def _country_name(country: str, locale: str) -> str:
    try:
        return str(Locale.parse(locale, sep="-" if "-" in locale else "_").territories.get(country, ""))
    except (UnknownLocaleError, ValueError):
        return str(Locale("en").territories.get(country, ""))

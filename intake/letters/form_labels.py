"""What contact forms call their fields: Tilda, Bitrix, WordPress (CF7, Elementor), Joomla and others."""

import re

# meaning -> labels, without «ваш», «your», stars and brackets. "" is for what forms say that nobody needs.
_LABELS = {
    "name": "имя|фио|ф.и.о|ф. и. о|имя и фамилия|имя клиента|имя заказчика|имя отправителя"
    "|контактное лицо|автор"
    "|клиент|заказчик|отправитель|представьтесь|как к вам обращаться|как вас зовут|от|от кого|контакт"
    "|покупатель"
    "|name|full name|fullname|first name|firstname|contact name|contact person|client name|customer"
    "|from|username",
    "surname": "фамилия|last name|lastname|surname",
    "patronymic": "отчество|middle name|patronymic",
    "phone": "телефон|тел|номер телефона|контактный телефон|телефон для связи|мобильный телефон|мобильный|моб"
    "|номер|телефон клиента|телефон автора|phone|phone number|tel|telephone|mobile|mobile phone"
    "|contact phone|cell",
    "email": "email|e-mail|емейл|емайл|имейл|мейл|почта|эл. почта|электронная почта|эл.почта"
    "|адрес электронной почты"
    "|e-mail автора|email автора|email клиента|адрес e-mail|email address|e-mail address|mail|contact email",
    "company": "компания|организация|название компании|наименование организации|название организации|фирма"
    "|наименование|юридическое лицо|company|company name|organization|organisation|business name",
    "inn": "инн|инн компании|инн организации|inn|tax id",
    "position": "должность|position|job title|title|role",
    "message": "сообщение|текст сообщения|текст|комментарий|комментарии|комментарий к заказу|вопрос"
    "|текст вопроса"
    "|описание|описание задачи|задача|пожелания|примечание|текст заявки|заявка|обращение"
    "|текст обращения|отзыв"
    "|что вас интересует|message|message body|comment or message|comment|comments|question|textarea"
    "|text|details"
    "|description|enquiry"
    "|inquiry|your message here|note|notes|request",
    "subject": "тема|тема сообщения|тема обращения|услуга|товар|продукт|интересует|subject|topic"
    "|service|product",
    "city": "город|регион|населенный пункт|city|town|region",
    "address": "адрес|адрес доставки|address|delivery address",
    "site": "сайт|сайт компании|с сайта|источник|сайт отправки|website|site|web site|web|site name",
    "form": "форма|название формы|имя формы|заполнена web-форма|заполнена веб-форма|form|form name"
    "|formname|form_name",
    "page": "страница|адрес страницы|страница отправки|ссылка на страницу|url|url страницы"
    "|отправлено со страницы"
    "|page|page url|page_url|source url|referer|referrer|sent from page|страница с формой",
    "": "дополнительная информация|additional information|request details|информация о заявке|block id"
    "|transaction id"
    "|id транзакции|id заявки|номер заявки|request id|formid|form id|tranid|дата|время|дата и время"
    "|date|time|ip|ip-адрес"
    "|remote ip|user agent|browser|браузер|powered by|пользователь|посетитель|сессия|результат|checkbox"
    "|согласие"
    "|согласие на обработку персональных данных|политика конфиденциальности|cookies|roistat|ym_client_id|ga",
}
MEANINGS = {label: meaning for meaning, labels in _LABELS.items() for label in labels.split("|")}
UTM = re.compile(r"utm_(?:source|medium|campaign|content|term)")
LONGEST_LABEL = 60  # letters

_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]{0,40}[)\]}]?")
_POLITE = re.compile(r"^(?:ваш[аеи]?|your|введите|укажите|поле|enter)\s+(?:ваш[аеу]?\s+)?")
_EDGES = " \t\xa0*•·●-–—_:.,;!?#«»\"'|>"


def plain_label(label: str) -> str:
    """«* Ваше имя (обязательно):» -> «имя»."""
    bare = _BRACKETS.sub(" ", label[:LONGEST_LABEL]).casefold().replace("ё", "е").strip(_EDGES)
    return _POLITE.sub("", " ".join(bare.split())).strip(_EDGES)


def meaning_of(label: str) -> str | None:
    """What a plain label means; "" for what nobody needs, None for what is not known."""
    if UTM.fullmatch(label):
        return label
    return MEANINGS.get(label)


def is_form_label(line: str) -> bool:
    """Whether a line begins like a form's field that stands in no signature: «Сообщение: …», «Имя: …»."""
    label, colon, _ = line[: LONGEST_LABEL + 10].partition(":")
    return bool(colon) and meaning_of(plain_label(label)) in ("name", "message", "subject", "form", "page")

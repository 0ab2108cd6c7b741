"""The form that requests are measured with, and twenty rules that are asked about each of them."""

from typing import Any

from intake.automation.bodies import body_of
from intake.model.forms import FieldKind, FormField
from intake.model.rules import About, Condition, Do, Known, Op, Outcome, Rule
from storage.access import COMMAND_LINE
from storage.database import Database
from storage.rules import keep_rule
from storage.tables.forms import WebForm
from storage.tables.work import ConsentText
from storage.webforms import kept_fields

KEY = "bench"
FIELDS = (
    FormField("name", "Имя", target="name", required=True),
    FormField("phone", "Телефон", FieldKind.PHONE, "phone"),
    FormField("email", "Почта", FieldKind.EMAIL, "email"),
    FormField("wanted", "Что нужно", FieldKind.LONG, "wanted"),
    FormField("agree", "Согласие", FieldKind.CONSENT, purpose="Обработка персональных данных"),
)
# None of these fits what the visitors of tests/bench send; the last rule is for them.
ASKED = (
    Condition(About.BODY, Op.CONTAINS, "кредит"),
    Condition(About.BODY, Op.MATCHES, r"(seo|продвижени\w+)\s+сайт"),
    Condition(About.SENDER, Op.ENDS, "@spam.example"),
    Condition(About.PAGE, Op.CONTAINS, "/vacancy"),
    Condition(About.UTM, Op.IS, "spam", name="utm_source"),
    Condition(About.FIELD, Op.IS, "тест", name="Имя"),
    Condition(About.LANGUAGE, Op.IS, "en"),
    Condition(About.SPAM_SCORE, Op.AT_LEAST, "90"),
)
RULES = 20


async def open_shop(database: Database, **rule: Any) -> None:
    """`rule`: what the last one does with all that no other fits."""
    form = WebForm(
        key=KEY, name="Заявка", secret="bench", fields=kept_fields(FIELDS), per_hour=10**6, same_minutes=0,
        least_seconds=0,
    )  # fmt: skip
    text = ConsentText(purpose="Обработка персональных данных", text="Согласен", digest="0" * 64)
    async with database.transaction() as session:
        session.add_all([form, text])
        for number in range(RULES - 1):
            why = ASKED[number % len(ASKED)]
            await _add(session, number, (why, Condition(About.KNOWN, Op.IS, Known.NOBODY.value)), {})
        await _add(session, RULES, (Condition(About.BODY, Op.FILLED),), rule)


async def _add(session: Any, number: int, conditions: tuple[Condition, ...], outcome: dict[str, Any]) -> None:
    does = Outcome(**{"do": Do.DECLINE, "reason": "spam", **outcome})
    rule = Rule(0, 0, f"Правило {number}", channels=("form",), conditions=conditions, outcome=does)
    await keep_rule(session, None, rule.name, body_of(rule), True, COMMAND_LINE)

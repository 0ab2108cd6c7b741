"""What the demonstration's house decides with no hands, when it works, and how fast it has answered."""

from random import Random

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.automation.bodies import body_of
from intake.model.rules import (
    About,
    Condition,
    Do,
    Known,
    Op,
    Outcome,
    Responsible,
    Rule,
    Way,
)
from storage.access import COMMAND_LINE
from storage.rules import keep_rule
from storage.tables.forms import WebForm
from storage.tables.inquiries import AnswerTime, Inquiry, InquiryState
from storage.tables.people import Team

AT_COUNTER = 90  # seconds within which most are answered
LONG = 2400  # … and the slowest


async def write_rules(session: AsyncSession) -> None:
    """Three that are on and one that waits to be rehearsed."""
    sales = (await session.exec(select(Team.id).where(Team.name == "Продажи"))).first()
    short = (await session.exec(select(WebForm.id).order_by(col(WebForm.id).desc()))).first()
    for rule, enabled in house_rules(sales, f"form:{short}"):
        await keep_rule(session, None, rule.name, body_of(rule), enabled, COMMAND_LINE)


def house_rules(sales: int | None, short_form: str) -> list[tuple[Rule, bool]]:
    turn = Responsible((Way.OWN, Way.LAST, Way.TEAM, Way.DEFAULT), team_id=sales, take_minutes=15)
    known = Condition(About.KNOWN, Op.IS_NOT, Known.NOBODY.value)
    return [
        (
            Rule(
                0, 0, "Предлагают продвижение", ("form", "letter"), every=False,
                conditions=(
                    Condition(About.BODY, Op.MATCHES, r"вывед\w+ (ваш )?сайт|в топ яндекса|seo-продвиж"),
                    Condition(About.SUBJECT, Op.MATCHES, r"\bseo\b|продвижение сайт"),
                ),
                outcome=Outcome(Do.DECLINE, reason="spam"),
            ),
            True,
        ),
        (
            Rule(
                0, 0, "Клиент прислал заявку", ("form",), conditions=(known,),
                outcome=Outcome(Do.LINK_OR_CREATE, labels=("с сайта",)), responsible=turn,
            ),
            True,
        ),
        (
            Rule(
                0, 0, "Просят перезвонить", ("form",), (short_form,),
                outcome=Outcome(Do.CREATE, labels=("с сайта",), task_title="Позвонить", task_minutes=30),
                responsible=turn,
            ),
            True,
        ),
        (
            Rule(
                0, 0, "Пропустили звонок клиента", ("call",),
                conditions=(Condition(About.CALL_OUTCOME, Op.IS, "missed"), known),
                outcome=Outcome(Do.TASK, task_title="Перезвонить клиенту", task_minutes=15),
                responsible=turn,
            ),
            False,
        ),
    ]  # fmt: skip


async def write_answer_times(session: AsyncSession, rng: Random) -> None:
    """Of everybody who was answered in the past: most at once, some late, as it is."""
    answered = (InquiryState.ACCEPTED, InquiryState.LINKED)
    query = select(Inquiry).where(col(Inquiry.answered_at).is_not(None), col(Inquiry.state).in_(answered))
    for one in await session.exec(query):
        seconds = min(round(rng.expovariate(1 / AT_COUNTER)), LONG) if rng.random() < 0.9 else LONG
        answered_at = max(one.answered_at or one.opened_at, one.opened_at)
        session.add(
            AnswerTime(
                inquiry_id=one.id or 0, channel=one.channel, line=one.line, user_id=one.responsible_id,
                asked_at=one.opened_at, answered_at=answered_at, seconds=seconds, worked_seconds=seconds,
            )
        )  # fmt: skip

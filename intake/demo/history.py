"""What has happened between our house and its clients: interests, calls, comments, tasks."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from intake.demo.chance import Chance
from intake.demo.facts import Errand, Person, Reach, Remark, Stage, Talk, Whose, Wish
from intake.demo.house import LINES, OPERATORS, PATHS, SERVICE, WORKERS
from intake.demo.trade import COMMENTS, LABELS, LOST_REASONS, SERVICES, SOURCES, TASKS

RECENT_DAYS = 14  # younger interests are still open
STILL_OPEN = 0.12  # share of the older ones that are open, too
WON = 0.68  # share of the closed ones that were won
TO_DO = 60  # tasks of the whole house: a list that people can work through
_REPAIRS = ("Ремонт", "Обслуживание", "Рекламация", "Выезд", "Замена вводного")
_PATHS = {path.name: path for path in PATHS}


@dataclass(slots=True)
class History:
    """Grows client by client."""

    chance: Chance
    wishes: list[Wish] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    errands: list[Errand] = field(default_factory=list)

    def tell(self, whose: Whose, person: Person | None, name: str, responsible: str) -> datetime | None:
        """Some calls and perhaps interests of one party; returns when we last talked."""
        number = _number(person.reaches) if person else None
        times = [self._call(whose, number, name) for _ in range(self.chance.pick((0, 0, 1, 1, 2, 4)))]
        wishes = self.chance.pick((0, 0, 0, 1, 1, 2))
        times += [self._wish(whose, number, name, responsible) for _ in range(wishes)]
        if self.chance.happens(0.2):
            at = self.chance.working_hour(90 * self.chance.random.random())
            self.remarks.append(Remark(whose, self.chance.pick(COMMENTS), responsible, at))
        return max(times, default=None)

    def _wish(self, whose: Whose, number: str | None, name: str, responsible: str) -> datetime:
        """An interest, the call it began with, and perhaps a task."""
        chance = self.chance
        service, least, most, wanted = chance.pick(SERVICES)
        days = 400 * chance.random.random() ** 2
        at = chance.working_hour(days)
        path = _PATHS[SERVICE] if service.startswith(_REPAIRS) else PATHS[0]
        stage = _stage(chance, path.stages, days)
        closed = None if stage.kind == "open" else min(at + timedelta(days=chance.between(1, 30)), chance.now)
        wish = Wish(
            whose=whose,
            title=f"{service} — {name}",
            wanted=wanted,
            amount=chance.between(least, most) * 1000 or None,
            pipeline=path.name,
            status=stage.name,
            source=chance.pick(SOURCES),
            responsible=responsible,
            inquired_at=at,
            due=None if closed else chance.due(-3, 20),
            closed_at=closed,
            lost_reason=chance.pick(LOST_REASONS) if stage.kind == "lost" else None,
            labels=(chance.pick(LABELS),) if chance.happens(0.25) else (),
            members=(chance.pick(WORKERS).login,) if chance.happens(0.15) else (),
        )
        self.wishes.append(wish)
        if not closed and len(self.errands) < TO_DO and chance.happens(0.4):
            self._errand(wish)
        if number and chance.happens(0.8):
            return self._talk(whose, number, name, at, len(self.wishes) - 1)
        return at

    def _call(self, whose: Whose, number: str | None, name: str) -> datetime:
        at = self.chance.working_hour(300 * self.chance.random.random() ** 2)
        return self._talk(whose, number, name, at) if number else at

    def _talk(self, whose: Whose, number: str, name: str, at: datetime, wish: int | None = None) -> datetime:
        chance = self.chance
        missed = wish is None and chance.happens(0.12)
        answered = None if missed else at + timedelta(seconds=chance.between(2, 20))
        self.talks.append(
            Talk(
                whose=whose,
                number=number,
                name=name,
                did=chance.pick(LINES).did,
                direction="out" if wish is None and chance.happens(0.3) else "in",
                by=None if missed else chance.pick(OPERATORS).extension,
                started_at=at,
                answered_at=answered,
                ended_at=(answered or at) + timedelta(seconds=chance.between(15, 600 if answered else 40)),
                wish=wish,
            )
        )
        return at

    def _errand(self, wish: Wish) -> None:
        chance = self.chance
        title = chance.pick(TASKS)
        kind = "call" if "звон" in title else "letter" if title.startswith("Отправить") else "task"
        place = len(self.wishes) - 1
        self.errands.append(Errand(wish.whose, place, kind, title, wish.responsible, chance.due(-1, 6), None))


def _number(reaches: tuple[Reach, ...]) -> str | None:
    return next((reach.value for reach in reaches if reach.kind == "phone"), None)


def _stage(chance: Chance, stages: tuple[Stage, ...], days: float) -> Stage:
    """Young interests are open, most of the old ones closed."""
    if days < RECENT_DAYS or chance.happens(STILL_OPEN):
        return chance.pick_early([stage for stage in stages if stage.kind == "open"])
    kind = "won" if chance.happens(WON) else "lost"
    return next(stage for stage in stages if stage.kind == kind)

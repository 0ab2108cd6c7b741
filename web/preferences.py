"""What each person chose for themselves, out of `User.preferences`; an unknown word means the default."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from intake.model.wizard import Mode
from web.house import house

Word = TypeVar("Word", bound=StrEnum)


class WizardOpens(StrEnum):
    RING = "ring"
    ANSWER = "answer"
    BY_HAND = "hand"


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Preferences:
    wizard: WizardOpens = WizardOpens.ANSWER
    sound: bool = True
    notifications: bool = True
    search_mode: Mode = Mode.INEXACT
    theme: Theme = Theme.SYSTEM

    def as_json(self) -> dict[str, Any]:
        return {
            "wizard": self.wizard.value,
            "sound": self.sound,
            "notifications": self.notifications,
            "search_mode": self.search_mode.value,
            "theme": self.theme.value,
        }


def preferences_of(stored: dict[str, Any]) -> Preferences:
    """Where the person chose nothing, what the administrator says."""
    return Preferences(
        wizard=_word(WizardOpens, stored.get("wizard"), WizardOpens(house().wizard_opens)),
        sound=stored.get("sound", True) is True,
        notifications=stored.get("notifications", True) is True,
        search_mode=_word(Mode, stored.get("search_mode"), house().search_mode),
        theme=_word(Theme, stored.get("theme"), Theme.SYSTEM),
    )


def _word(kind: type[Word], value: object, default: Word) -> Word:
    try:
        return kind(str(value))
    except ValueError:
        return default

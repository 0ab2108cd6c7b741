"""The address of the list of dialogues: which are shown. Pure.

/dialogues?view=mine&bot=3&q=лампы
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from storage.dialogues import LONGEST_SEARCH, View, Wanted


@dataclass(frozen=True, slots=True)
class Address:
    """`view` is one of View; who looks for words looks among all, unless they say otherwise."""

    view: str = View.WAITING.value
    bot: str = ""
    q: str = ""

    @property
    def wanted(self) -> Wanted:
        return Wanted(View(self.view), int(self.bot) if self.bot else None, self.q)

    def query(self, **changes: str) -> dict[str, str]:
        """What is not as usual, for an address."""
        changed = replace(self, **changes)
        usual = View.ALL if changed.q else View.WAITING
        named = {"view": changed.view if changed.view != usual else "", "bot": changed.bot, "q": changed.q}
        return {name: value for name, value in named.items() if value}


def address_of(query: Mapping[str, str]) -> Address:
    """An unknown word is as if it were not there."""
    text, bot = query.get("q", "").strip()[:LONGEST_SEARCH], query.get("bot", "")
    usual = View.ALL if text else View.WAITING
    view = query.get("view", "")
    return Address(
        view=view if view in set(View) else usual.value,
        bot=bot if bot.isascii() and bot.isdecimal() and len(bot) < 10 else "",
        q=text,
    )

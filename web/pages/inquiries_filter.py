"""The address of the inquiries list: which are shown and in what order. Pure.

/inquiries?view=mine&channel=call&line=74951000101&sort=newest
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from intake.model.moments import is_sensible
from storage.inquiries import Filter, Order, Place
from storage.tables.inquiries import OPEN_STATES, Channel, InquiryState

OPEN_VIEWS = ("open", "mine", "overdue", "callbacks")
UNSENT = "unsent"  # letters of ours that did not go, whatever has become of the inquiry
VIEWS = (*OPEN_VIEWS, UNSENT)
STATES = {
    "in-work": (InquiryState.IN_WORK,),
    "accepted": (InquiryState.ACCEPTED, InquiryState.LINKED),
    "declined": (InquiryState.DECLINED,),
    "closed": (InquiryState.CLOSED,),
}
MAX_LINE = 120


@dataclass(frozen=True, slots=True)
class Address:
    """`view` is one of VIEWS or STATES; channel and line narrow it. `sort` is "" until chosen."""

    view: str = "open"
    channel: str = ""
    line: str = ""
    sort: str = ""

    @property
    def order(self) -> Order:
        """What waits is answered in turn; what is done is looked up from its end."""
        waits = self.view in VIEWS or self.view == "in-work"
        return Order(self.sort) if self.sort else Order.LONGEST_WAITING if waits else Order.NEWEST

    @property
    def filter(self) -> Filter:
        return Filter(
            states=() if self.view == UNSENT else STATES.get(self.view, OPEN_STATES),
            channels=(Channel(self.channel),) if self.channel else (),
            lines=(self.line,) if self.line else (),
            mine=self.view == "mine",
            overdue=self.view == "overdue",
            callbacks=self.view == "callbacks",
            unsent=self.view == UNSENT,
        )

    def query(self, **changes: str) -> dict[str, str]:
        """What is not as usual, for an address."""
        usual = Address()
        changed = asdict(replace(self, **changes))
        return {name: value for name, value in changed.items() if value != getattr(usual, name)}


def address_of(query: Mapping[str, str]) -> Address:
    """An unknown word is as if it were not there."""
    view, channel, sort = query.get("view", ""), query.get("channel", ""), query.get("sort", "")
    return Address(
        view=view if view in VIEWS or view in STATES else "open",
        channel=channel if channel in set(Channel) else "",
        line=query.get("line", "")[:MAX_LINE],
        sort=sort if sort in set(Order) else "",
    )


def place_of(text: str) -> Place | None:
    """Where the next page begins: «2026-11-21T10:00:00+00:00,17»."""
    moment, _, row_id = text.partition(",")
    try:
        place = datetime.fromisoformat(moment), int(row_id)
    except ValueError:
        return None
    known = place[0].tzinfo is not None and is_sensible(place[0]) and len(row_id) < 10
    return place if known else None


def place_text(place: Place | None) -> str:
    return f"{place[0].isoformat()},{place[1]}" if place else ""

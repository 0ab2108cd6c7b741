"""Who hears whom: channels in one bridge, and the two halves of a Local channel."""

from collections import defaultdict

from intake.channels.asterisk.messages import local_pair


class Bridges:
    """Narrow streams do not tell of leaving: entering another bridge, or hanging up, is leaving as well."""

    def __init__(self) -> None:
        self._members: defaultdict[str, set[str]] = defaultdict(set)
        self._bridge: dict[str, str] = {}
        self._halves: defaultdict[str, set[str]] = defaultdict(set)
        self._pair: dict[str, str] = {}

    def know(self, uniqueid: str, name: str) -> None:
        """Remember a Local half, so that one is heard through the other."""
        if pair := local_pair(name):
            self._pair[uniqueid] = pair
            self._halves[pair].add(uniqueid)

    def enter(self, uniqueid: str, bridge: str) -> None:
        self.leave(uniqueid)
        self._bridge[uniqueid] = bridge
        self._members[bridge].add(uniqueid)

    def leave(self, uniqueid: str) -> None:
        if bridge := self._bridge.pop(uniqueid, ""):
            _drop(self._members, bridge, uniqueid)

    def forget(self, uniqueid: str) -> None:
        """The channel is gone."""
        self.leave(uniqueid)
        if pair := self._pair.pop(uniqueid, ""):
            _drop(self._halves, pair, uniqueid)

    def inside(self, uniqueid: str) -> str:
        """The bridge a channel is in; '' for none."""
        return self._bridge.get(uniqueid, "")

    def count(self, bridge: str) -> int:
        """How many channels are known to be in a bridge."""
        return len(self._members.get(bridge, ()))

    def connected(self, uniqueid: str) -> set[str]:
        """Every channel that hears this one, itself included."""
        found, ahead = {uniqueid}, [uniqueid]
        while ahead:
            new = self._neighbours(ahead.pop()) - found
            found |= new
            ahead += new
        return found

    def _neighbours(self, uniqueid: str) -> set[str]:
        members = self._members.get(self._bridge.get(uniqueid, ""), set())
        return members | self._halves.get(self._pair.get(uniqueid, ""), set())


def _drop(sets: dict[str, set[str]], key: str, member: str) -> None:
    sets[key].discard(member)
    if not sets[key]:
        del sets[key]

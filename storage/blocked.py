"""Senders nobody wants to see waiting."""

from collections.abc import Iterable


def blocking(emails: Iterable[str]) -> list[str]:
    """What BlockedSender may hold against one of these addresses: itself, or its whole domain
    («@spam.example»)."""
    wanted = {one.lower() for one in emails if one}
    wanted |= {f"@{one.rpartition('@')[2]}" for one in wanted}
    return sorted(wanted)

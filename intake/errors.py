"""What can go wrong at a border; each error says what the other side should do next.

`code` is a stable word for programs; `params` fill in the sentence that a person reads (web/messages.py
holds the sentences in both languages).
"""


class IntakeError(Exception):
    """Base of all errors that are somebody's business, not a fault of ours."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class Rejected(IntakeError):
    """What was sent is wrong and will stay wrong: correct it, then send again."""


class Conflict(IntakeError):
    """Somebody was first, or the thing has changed since you looked: look again."""


class NotFound(IntakeError):
    """There is no such thing, or none that you may see."""


class Forbidden(IntakeError):
    """The thing exists and is not yours to do."""


class Deferred(IntakeError):
    """Our trouble, not yours: nothing was taken, try again later."""

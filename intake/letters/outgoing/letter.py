"""A letter of ours as it shall be written, and the names it carries."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from intake.letters.outgoing.addresses import written
from intake.model.letters import Address

MOST_RECIPIENTS = 50  # of one letter: an answer is no mailing
LONGEST_SUBJECT = 250  # characters; more is cut
LONGEST_NAME = 120  # characters of a person's or a file's name
MOST_REFERENCES = 30  # ids of a thread that are named: its root, and the latest
LONGEST_ID = 250  # characters of a message id that is named; a longer one cannot be folded by everybody


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes along. `content_type` is «image/png»; anything odd goes as plain bytes."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Message ids are bare, without <>. `text` is everything: answer, signature, what is quoted.

    `token` is ours alone: it goes out as X-Intake-Id, by which a letter that comes back to us is known.
    """

    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    date: datetime  # aware
    message_id: str
    token: str
    cc: tuple[Address, ...] = ()
    attachments: tuple[Enclosed, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()  # the oldest first

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom the server shall bring it to, each once."""
        return tuple(dict.fromkeys(each.email for each in (*self.to, *self.cc)))


def new_token() -> str:
    """For one letter, kept with it: a letter that is tried again keeps its token, so it stays one letter."""
    return secrets.token_hex(16)


def message_id(token: str, sender: str) -> str:
    """Made of the token, so that every answer names it even where X-Intake-Id is dropped."""
    return f"intake.{token}@{written(sender).rpartition('@')[2]}"


def token_of(message_id: str) -> str | None:
    """The token of an id that `message_id` made, or None: it was somebody else's letter."""
    ours, _, rest = message_id.partition("intake.")
    token = rest.partition("@")[0]
    return token if not ours and len(token) == 32 and set(token) <= set("0123456789abcdef") else None

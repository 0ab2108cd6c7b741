"""Who wrote a letter that somebody else forwarded. Pure; never raises."""

from intake.letters.header_block import read_block
from intake.matching.emails import read_email
from intake.model.letters import Address

MAX_LINES = 400  # that are looked at


def origin(text: str, subject: str = "") -> Address | None:
    """The sender that the forwarded letter's headers name; None when it is no forward."""
    lines = text[:20_000].split("\n")[:MAX_LINES]
    for place in range(len(lines)):
        values, _ = read_block(lines, place)
        if "from" in values and (email := read_email(values["from"])):
            return Address(email.address)
    return None

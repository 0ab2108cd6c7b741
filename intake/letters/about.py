"""What a letter says of its sender: read when somebody looks, so that taking it in need not wait. Pure."""

from functools import lru_cache

from intake.letters import forwarded, reply
from intake.letters.found import look_for
from intake.model.letters import Found, SenderFrom


@lru_cache(maxsize=16)  # a page, its live updates and the wizard ask for the same few letters
def said_of_sender(text: str, html: str, subject: str, sender_why: str) -> Found:
    """What text and signature say. `sender_why` (SenderFrom) tells whose words count: of a forward, those
    of the letter inside."""
    if not text:
        return Found()
    if sender_why == SenderFrom.FORWARDED:
        return look_for(reply.own_text(forwarded.inside(text, subject)))
    return look_for(reply.own_text(text, html))

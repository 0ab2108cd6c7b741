"""How far a message of ours has come. Pure."""

from intake.channels.messengers.reading import Json, Odd, line, moment, needed, part, whole, word
from intake.channels.messengers.whatsapp.messages import Nothing, person
from intake.model.chats import ChatEvent, ChatKind, ChatStatus

_STATUSES = {
    "sent": ChatStatus.SENT,
    "delivered": ChatStatus.DELIVERED,
    "read": ChatStatus.READ,
    "played": ChatStatus.READ,  # a voice
    "failed": ChatStatus.FAILED,
}


def status(one: Json, groups: bool) -> ChatEvent:
    """They come in any order, and each by itself. Raises Odd and Nothing."""
    about, told = needed(one, "id"), needed(one, "status")
    group = word(one, "recipient_type") == "group"
    if told not in _STATUSES:
        raise Nothing(f"unknown-kind: status.{told[:60]}")
    if group and not groups:
        raise Nothing("group")
    chat = word(one, "recipient_id") or word(one, "recipient_user_id")
    if not chat:
        raise Odd("no recipient_id")
    errors = one.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    return ChatEvent(
        external_id=f"{about}:{told}",
        kind=ChatKind.STATUS,
        chat_id=chat,
        sender=person(word(one, "recipient_participant_id") or chat if group else chat),
        message_id=about,
        sent_at=moment(whole(one, "timestamp")),
        status=_STATUSES[told],
        error=failed(first) if told == "failed" else "",
        group=group,
    )


def failed(error: Json) -> str:
    """«131047: Message failed to send because more than 24 hours have passed …»."""
    words = line(part(error, "error_data"), "details", 400) or line(error, "title", 400)
    return ": ".join(filter(None, (word(error, "code"), words or line(error, "message", 400))))

"""What a letter is before anybody reads it, and what told so."""

import re
from collections.abc import Collection
from email import message_from_bytes, policy

from intake.letters.headers import Headers
from intake.letters.parts import Taken
from intake.letters.plain import one_line
from intake.model.letters import Address, LetterKind

OUR_HEADER = "x-intake-id"  # in every letter that we send
MAX_BOUNCE = 100_000  # bytes of a letter that are searched for a failed address

Told = tuple[LetterKind, str]

_DAEMONS = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mail-?delivery(?:-?subsystem)?|mdaemon|bounces?"
    r"|microsoftexchange[0-9a-f]{20,40})(?:[+.=-].*)?@.*"
)
_BOUNCED = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|incomplete|report|delayed)|mail delivery|returned mail"
    r"|failure notice|delivery notification|could not (?:be )?(?:send|deliver)|returned to sender"
    r"|not delivered|mail system error|rejected message|unzustellbar"
    r"|недостав|не доставлен|невозможно достав|доставка не удалась"
    r"|не удалось достав|отчет о доставке|ошибка доставки|задержк[аи] доставки",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"out[ -]of[ -](?:the[ -])?office|auto(?:matic|mated)?[ -]?(?:reply|response|answer)|auto:"
    r"|away from (?:the|my) |(?:on|annual) (?:vacation|leave)\b|i am (?:currently )?away"
    r"|vacation (?:reply|message|response)"
    r"|abwesenheit|automatische antwort|réponse automatique|respuesta automática"
    r"|авто(?:матический)?[ -]?ответ|вне офиса|нет на месте|нахожусь в отпуске|в отпуске до|я в отпуске"
    r"|отсутствую (?:в офисе|на рабочем месте)|отсутствие на рабочем месте|уведомление об отсутствии",
    re.IGNORECASE,
)
_AWAY_START = re.compile(r"\s*(?:(?:re|fwd?|aw|ответ|на)\s*:\s*)*(?:" + _AWAY.pattern + ")", re.IGNORECASE)
_RECEIVED = re.compile(
    r"^\s*(?:ваше? (?:письмо|обращение|заявка|сообщение|запрос)\b.{0,60}\b(?:получен|принят|зарегистрирован)"
    r"|мы получили ваш|спасибо за (?:ваше )?(?:обращение|письмо|заявку)\s*!?$)",
    re.IGNORECASE,
)
# Header → what its value must match. Any of them: a program wrote it, and nobody reads an answer.
_AUTOMATIC = {
    "auto-submitted": re.compile(r"auto-(?:replied|notified)", re.IGNORECASE),
    "x-autoreply": re.compile(r"(?!no\b).", re.IGNORECASE),
    "x-autorespond": re.compile(r"(?!no\b)", re.IGNORECASE),
    "x-autoreply-from": re.compile(r"."),
    "x-autoresponder": re.compile(r"(?!no\b)", re.IGNORECASE),
    "x-auto-reply": re.compile(r"(?!no\b).", re.IGNORECASE),
    "x-auto-response": re.compile(r"(?!no\b).", re.IGNORECASE),
    "x-mail-autoreply": re.compile(r"(?!no\b)", re.IGNORECASE),
    "x-yandex-autoreply": re.compile(r"(?!no\b)", re.IGNORECASE),
    "precedence": re.compile(r"auto[_-]?reply", re.IGNORECASE),
    "x-precedence": re.compile(r"auto[_-]?reply", re.IGNORECASE),
    "x-ms-exchange-generated-message-source": re.compile(r"mailbox rules agent", re.IGNORECASE),
    "x-ms-exchange-inbox-rules-loop": re.compile(r"."),
    "x-post-messageclass": re.compile(r".*autorespond", re.IGNORECASE),
}
_BULK = re.compile(r"bulk|list|junk", re.IGNORECASE)
_LIST_HEADERS = (
    "list-id",
    "list-post",
    "x-mailing-list",
    "mailing-list",
    "x-mailman-version",
)
_GENERATED = re.compile(r"auto-generated", re.IGNORECASE)


def what_it_is(
    raw: bytes, headers: Headers, taken: Taken, sent_from: Address, subject: str, own: Collection[str]
) -> Told:
    """Its kind and the reason, («Auto-Submitted: auto-replied»); a plain letter has none. `own` are our
    addresses in lower case. Headers that a site's form writes, too, are judged by `softer_signs`."""
    if OUR_HEADER in headers:
        return LetterKind.OWN, _said(headers, OUR_HEADER)
    return (
        _bounce(raw, headers, taken, sent_from, subject)
        or _calendar(taken)
        or _receipt(taken)
        or _auto_reply(headers, subject)
        or _list(headers, own)
        or (LetterKind.LETTER, "")
    )


def softer_signs(headers: Headers, sent_from: Address, own: Collection[str]) -> Told:
    """For letters that ask nothing themselves: neither a form's, nor forwarded, nor with a Reply-To."""
    if sent_from.email and sent_from.email in own:
        return LetterKind.OWN, f"From: {sent_from.email}"
    if "feedback-id" not in headers and _GENERATED.match(headers.text("auto-submitted")):
        return LetterKind.AUTO_REPLY, _said(headers, "auto-submitted")
    return LetterKind.LETTER, ""


def _bounce(raw: bytes, headers: Headers, taken: Taken, sent_from: Address, subject: str) -> Told | None:
    if _report(taken) in ("", "delivery-status"):
        return LetterKind.BOUNCE, "multipart/report"
    if any(part.content_type == "message/delivery-status" for part in taken.parts):
        return LetterKind.BOUNCE, "message/delivery-status"
    if "x-failed-recipients" in headers:
        return LetterKind.BOUNCE, _said(headers, "x-failed-recipients")
    daemon = _DAEMONS.fullmatch(sent_from.email)
    if daemon and (_BOUNCED.search(subject) or not sent_from.email.startswith(("postmaster", "bounce"))):
        return LetterKind.BOUNCE, f"From: {sent_from.email}"
    empty_path = "return-path" in headers and headers.raw("return-path") in (b"<>", b"<MAILER-DAEMON>")
    if (empty_path or daemon) and (_BOUNCED.search(subject) or _failed_addresses(raw)):
        return LetterKind.BOUNCE, f"Return-Path: <>, Subject: {subject[:80]}"
    return None


def _report(taken: Taken) -> str | None:
    """What a multipart/report reports; None for letters that are none."""
    for kind, parameters in taken.multiparts[:1]:
        if kind == "report":
            return parameters.get("report-type", "").lower()
    return None


def _failed_addresses(raw: bytes) -> bool:
    """Mailman's knowledge of what servers write when they cannot deliver."""
    from flufl.bounce import all_failures  # noqa: PLC0415 - slow to start, and asked for seldom

    try:
        temporary, permanent = all_failures(message_from_bytes(raw[:MAX_BOUNCE], policy=policy.compat32))
    except Exception:  # noqa: BLE001 - the standard parser's own limits; then it is no bounce that we know
        return False
    return bool(temporary or permanent)


def _calendar(taken: Taken) -> Told | None:
    for part in taken.parts:
        alone = len(taken.parts) == 1 and part.content_type == "text/calendar"
        if part.content_type == "text/calendar" and (alone or part.parameters.get("method")):
            return LetterKind.CALENDAR, f"text/calendar; method={part.parameters.get('method', '')}"[:100]
    return None


def _receipt(taken: Taken) -> Told | None:
    """«Your letter was read» (RFC 8098) and complaints about what we sent (RFC 5965)."""
    if report := _report(taken):
        return LetterKind.AUTO_REPLY, f"multipart/report; report-type={report}"[:100]
    return None


def _auto_reply(headers: Headers, subject: str) -> Told | None:
    for name, pattern in _AUTOMATIC.items():
        if name in headers and pattern.match(headers.text(name)):
            return LetterKind.AUTO_REPLY, _said(headers, name)
    suppressed = headers.text("x-auto-response-suppress").lower()
    answers = "in-reply-to" in headers or "references" in headers
    if _AWAY_START.match(subject) or _RECEIVED.match(subject):
        return LetterKind.AUTO_REPLY, f"Subject: {subject[:80]}"
    if "all" in suppressed.split(", ") and answers and _AWAY.search(subject):
        return LetterKind.AUTO_REPLY, _said(headers, "x-auto-response-suppress")
    return None


def _list(headers: Headers, own: Collection[str]) -> Told | None:
    """A list of our own (a group's mailbox) brings clients' letters."""
    if own and _is_ours(headers, own):
        return None
    for name in _LIST_HEADERS:
        if name in headers:
            return LetterKind.LIST, _said(headers, name)
    for name in ("precedence", "x-precedence"):
        if name in headers and _BULK.match(headers.text(name)):
            return LetterKind.LIST, _said(headers, name)
    if "list-unsubscribe" in headers and "in-reply-to" not in headers:  # sales systems put it into answers
        return LetterKind.LIST, _said(headers, "list-unsubscribe")
    return None


def _is_ours(headers: Headers, own: Collection[str]) -> bool:
    said = " ".join(headers.text(name).lower() for name in ("list-id", "list-post", "mailing-list"))
    return any(address in said or f"<{address.replace('@', '.')}>" in said for address in own)


def _said(headers: Headers, name: str) -> str:
    title = "-".join(word.capitalize() for word in name.split("-"))
    return one_line(f"{title}: {headers.text(name)}", 200)

"""What a visitor sent, made fit for the columns of its tables: no text is longer than its column, and none is
refused."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from intake.matching.emails import read_emails
from intake.matching.inn import clean_inn
from intake.matching.phones import read_phones
from intake.matching.touching import touch_keys
from intake.model.forms import FormEvent, Suspicion, Upload
from intake.reception.tidy import clean, length_of, told_apart
from storage.callers import Caller
from storage.columns import now
from storage.events import Fact
from storage.tables.forms import Submission, SubmissionFile, SubmissionState
from storage.tables.inquiries import Channel, Inquiry, InquiryEvent
from storage.tables.work import Consent

MOST_RAW = 200_000  # characters of a body
MOST_VALUES = 200  # fields
MOST_VALUE = 20_000  # characters of one
MOST_NAME = 120  # of a field's name, and of its label
MOST_FILES = 50
MOST_TICKS = 50
MOST_RENDERING = 120  # characters of what names a rendering
SUBJECT = 200  # characters of the first line of what is wanted
NAME = ("last_name", "first_name", "middle_name")

_TEXTS = ("via", "address", "agent", "page", "referrer")


Said = dict[str, str | list[str]]
"""Target -> text, or texts where several fields fill it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission as it may be stored; who sent it, as far as they say it so that it can be compared."""

    event: FormEvent
    said: Said
    phones: tuple[str, ...] = ()  # E.164
    emails: tuple[str, ...] = ()  # folded
    keys: tuple[str, ...] = ()  # those of them by which a further touch is known as theirs
    inn: str = ""

    @property
    def sender(self) -> str:
        return next(iter((*self.phones, *self.emails)), "")

    @property
    def fact(self) -> tuple[str, str]:
        return self.event.channel, self.event.external_id

    @property
    def rendering(self) -> str:
        """The form as it was shown to them once; empty where nobody knows."""
        return f"rendering:{self.event.channel}:{self.event.rendering}" if self.event.rendering else ""


def tidy_form(event: FormEvent, own: Collection[str] = ()) -> Sent:
    """The same, tidied and read. Nothing comes from the future, or it would stand behind all others; `own`
    are our addresses."""
    event = _tidy(event)
    return read(event, _by_target(event.said), own)


def read(event: FormEvent, said: Said, own: Collection[str] = ()) -> Sent:
    """Who sent it, of what they say."""
    phones = tuple(one.e164 for one in read_phones("\n".join(_texts(said, "phone"))))
    emails = tuple(one.address for one in read_emails("\n".join(_texts(said, "email"))))
    inn = clean_inn(" ".join(_texts(said, "inn")[:1]))
    return Sent(event, said, phones, emails, touch_keys(*phones, *emails, own=own), inn)


def as_it_was_sent(sent: Sent) -> Sent:
    """The bare fact, for what cannot be stored otherwise: a person looks at what came."""
    event = sent.event
    bare = FormEvent(
        channel=event.channel,
        external_id=event.external_id,
        earlier=event.earlier,
        same_minutes=event.same_minutes,
        at=event.at,
        form_id=event.form_id,
        form_name=event.form_name,
        values=(),
        said=(),
        held=(*event.held, Suspicion.UNREADABLE),
        via=event.via,
        address=event.address,
        raw=event.raw or repr(event.values)[:MOST_RAW],
    )
    return Sent(bare, {})


def fact_of(sent: Sent, inquiry_id: int | None, ignored_by: int | None) -> Fact:
    """What was understood stands in the submission; here is what came, and by which way."""
    event = sent.event
    said: dict[str, Any] = {"via": event.via, "address": event.address, "page": event.page}
    return Fact(event.channel, event.external_id, "form", event.at, said, event.raw, inquiry_id, ignored_by)


def inquiry_columns(sent: Sent, caller: Caller) -> dict[str, Any]:
    """Of the inquiry that it opens."""
    return {
        "channel": Channel.FORM,
        **said_columns(sent),
        "account_id": caller.account_id,
        "contact_id": caller.contact_id,
        "lead_id": caller.lead_id,
        "responsible_id": caller.responsible_id,
    }


def said_columns(sent: Sent) -> dict[str, str | None]:
    """What they say, as it stands in an inquiry."""
    return {
        "sender": clean(sent.sender, length_of(Inquiry, "sender")) or None,
        "sender_name": clean(_name(sent), length_of(Inquiry, "sender_name")) or None,
        "subject": clean(_wanted(sent) or sent.event.form_name, length_of(Inquiry, "subject")) or None,
        "line": clean(sent.event.form_name, length_of(Inquiry, "line")) or None,
    }


def submission_values(
    sent: Sent, event_id: int, state: SubmissionState, inquiry_id: int | None
) -> dict[str, Any]:
    """Columns of Submission."""
    event = sent.event
    return {
        "form_id": event.form_id,
        "event_id": event_id,
        "inquiry_id": inquiry_id,
        "at": event.at,
        "state": state,
        "held": [one.value for one in event.held],
        "values": [list(one) for one in event.values],
        "said": sent.said,
        "problems": dict(event.problems),
        "via": event.via,
        "address": event.address,
        "agent": event.agent,
        "page": event.page,
        "referrer": event.referrer,
        "utm": dict(event.utm),
    }


def file_values(file: Upload, position: int) -> dict[str, Any]:
    """Columns of SubmissionFile."""
    return {
        "field": clean(file.field, length_of(SubmissionFile, "field")),
        "position": position,
        "filename": clean(file.filename, length_of(SubmissionFile, "filename")),
        "content_type": clean(file.content_type, length_of(SubmissionFile, "content_type")),
        "size": file.size,
        "digest": file.digest,
    }


def consent_values(sent: Sent, caller: Caller, inquiry_id: int | None) -> list[dict[str, Any]]:
    """Columns of Consent, one for each text that was ticked; the submission is still to be named."""
    event = sent.event
    texts = dict.fromkeys(tick.text_id for tick in event.ticks)
    where = {
        "address": event.address,
        "page": clean(event.page, length_of(Consent, "page")),
        "agent": clean(event.agent, length_of(Consent, "agent")),
    }
    whose = {"account_id": caller.account_id, "contact_id": caller.contact_id, "lead_id": caller.lead_id}
    given = {"given": "form", "at": event.at, "inquiry_id": inquiry_id, **whose, **where}
    return [{"text_id": text_id, **given} for text_id in texts]


def _tidy(event: FormEvent) -> FormEvent:
    texts: dict[str, Any] = {
        name: clean(getattr(event, name), length_of(Submission, name)) for name in _TEXTS
    }
    return replace(
        event,
        channel=told_apart(event.channel, length_of(InquiryEvent, "channel")),
        external_id=told_apart(event.external_id, length_of(InquiryEvent, "external_id")),
        earlier=told_apart(event.earlier, length_of(InquiryEvent, "external_id")),
        at=min(event.at, now()),
        values=tuple(
            (clean(name, MOST_NAME), clean(label, MOST_NAME), clean(value, MOST_VALUE))
            for name, label, value in event.values[:MOST_VALUES]
        ),
        said=_pairs(event.said, MOST_VALUE),
        problems=_pairs(event.problems, MOST_NAME),
        utm=_pairs(event.utm, MOST_VALUE),
        ticks=event.ticks[:MOST_TICKS],
        files=event.files[:MOST_FILES],
        raw=clean(event.raw, MOST_RAW),
        rendering=told_apart(event.rendering, MOST_RENDERING),
        **texts,
    )


def _pairs(pairs: Iterable[tuple[str, str]], length: int) -> tuple[tuple[str, str], ...]:
    some = list(pairs)[:MOST_VALUES]
    return tuple((clean(name, MOST_NAME), clean(value, length)) for name, value in some)


def _by_target(said: Iterable[tuple[str, str]]) -> Said:
    found: dict[str, list[str]] = {}
    for target, value in said:
        found.setdefault(target, []).append(value)
    return {target: values[0] if len(values) == 1 else values for target, values in found.items()}


def _texts(said: Said, target: str) -> list[str]:
    given = said.get(target, [])
    return [given] if isinstance(given, str) else given


def _name(sent: Sent) -> str:
    """As they call themselves, else what their company is called."""
    parts = [" ".join(_texts(sent.said, part)[:1]) for part in NAME]
    named = _texts(sent.said, "name")[:1] or [" ".join(parts).strip()]
    return " ".join((named[0] or " ".join(_texts(sent.said, "company")[:1])).split())


def _wanted(sent: Sent) -> str:
    """Its first line."""
    lines = (" ".join(line.split()) for line in "\n".join(_texts(sent.said, "wanted")).splitlines())
    return next(filter(None, lines), "")[:SUBJECT]

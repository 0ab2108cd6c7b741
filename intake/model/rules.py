"""Rules of automatic processing as frozen values: what is asked of an event, what shall come of it, and what
came of it. The thinking is in intake/automation; sentences that people read are made in web."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class About(StrEnum):
    """What a condition asks about. Text: compared folded (case, ё)."""

    SENDER = "sender"  # the true sender's address or number
    SENDER_NAME = "sender-name"
    SUBJECT = "subject"
    BODY = "body"  # what is new in a letter; all that a form's visitor typed
    HEADER = "header"  # of a letter, by `name`
    FIELD = "field"  # of a form or a contact-form letter, by its label or name
    LINE = "line"  # DID, mailbox's address, form's name
    QUEUE = "queue"
    CALL_OUTCOME = "call-outcome"  # answered, missed, busy, failed
    KNOWN = "known"  # Known
    OPEN_INTEREST = "open-interest"  # yes, no
    WORKING_TIME = "working-time"  # yes, no
    LANGUAGE = "language"  # ru, en, other
    SPAM_SCORE = "spam-score"  # 0 … 100
    HAS_FILES = "has-files"  # yes, no
    PAGE = "page"  # where the form stood
    UTM = "utm"  # by `name`: utm_source …
    AGAIN = "again"  # yes: they were heard in the last thirty days


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is-not"
    ONE_OF = "one-of"  # `value`: a line each
    CONTAINS = "contains"
    LACKS = "lacks"
    BEGINS = "begins"
    ENDS = "ends"
    MATCHES = "matches"  # RE2, case does not count
    EMPTY = "empty"
    FILLED = "filled"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"


class Known(StrEnum):
    """Who it is by exact keys alone."""

    NOBODY = "nobody"
    CLIENT = "client"  # an account or its contact
    LEAD = "lead"
    SEVERAL = "several"  # a person must say which


@dataclass(frozen=True, slots=True)
class Condition:
    about: About
    op: Op
    value: str = ""
    name: str = ""  # which header, field or UTM parameter


class Do(StrEnum):
    DECLINE = "decline"
    HOLD = "hold"  # it waits for a person, with a reason
    LINK = "link"  # to the one open interest of a party known by exact keys; else it waits
    CREATE = "create"  # a new interest, on a party known by exact keys or a newcomer
    LINK_OR_CREATE = "link-or-create"
    TASK = "task"  # it stays open, and somebody has something to do
    NOTHING = "nothing"  # only who is responsible, labels


@dataclass(frozen=True, slots=True)
class Outcome:
    do: Do = Do.NOTHING
    reason: str = ""  # of DECLINE: a DeclineReason; of HOLD: a text
    note: str = ""
    newcomer: str = ""  # account, lead; empty: by the administrator's setting
    title: str = ""  # {name} {company} {subject} {wanted} {form} {phone} stand for what was said
    status_id: int | None = None
    source: str = ""
    labels: tuple[str, ...] = ()
    task_kind: str = "call"  # call, letter, task
    task_title: str = ""
    task_minutes: int = 60  # of working time


class Way(StrEnum):
    """Who becomes responsible: the first of the ways that leads to somebody who is there."""

    OWN = "own"
    LAST = "last"
    TEAM = "team"
    USER = "user"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Responsible:
    ways: tuple[Way, ...] = (Way.OWN, Way.LAST, Way.DEFAULT)
    team_id: int | None = None
    by: str = "turn"  # turn, load
    user_id: int | None = None
    take_minutes: int = 0  # working minutes until it goes on; 0: never
    then: str = "next"  # next, up


@dataclass(frozen=True, slots=True)
class Rule:
    """`channels` and `sources` empty: any. A source is «form:3», «imap:2» or a mailbox's address, «did:…»,
    «chat:4»."""

    id: int
    version: int
    name: str
    channels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    every: bool = True  # all conditions, else any of them
    conditions: tuple[Condition, ...] = ()
    outcome: Outcome = field(default_factory=Outcome)
    responsible: Responsible | None = None
    stop: bool = True  # else the rules behind it are asked as well


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody known by exact keys. `keys`: what said so."""

    account_id: int | None = None
    contact_id: int | None = None
    lead_id: int | None = None
    responsible_id: int | None = None
    open_interests: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """All that rules may ask of one event. Made of what is stored, so that yesterday's can be asked too."""

    event_id: int
    inquiry_id: int | None
    channel: str  # call, letter, form, chat, manual
    source: str  # form:3, imap:2, did:74951000101, chat:4
    at: datetime
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    body: str = ""
    line: str = ""
    queue: str = ""
    call_outcome: str = ""
    page: str = ""
    language: str = ""
    spam_score: int = 0
    has_files: bool = False
    headers: tuple[tuple[str, str], ...] = ()  # lower-case name
    fields: tuple[tuple[str, str], ...] = ()  # folded label or name
    utm: tuple[tuple[str, str], ...] = ()
    known: Known = Known.NOBODY
    party: Party | None = None  # of known CLIENT or LEAD
    working_time: bool = True
    again: bool = False
    loops: bool = False  # it comes from ourselves


@dataclass(frozen=True, slots=True)
class Seen:
    """One condition's answer: what stood there (shortened) and whether it held."""

    held: bool
    value: str = ""


class Said(StrEnum):
    """One rule's verdict."""

    ELSEWHERE = "elsewhere"  # not of its channels or sources
    NO = "no"
    YES = "yes"
    OVERRULED = "overruled"  # it fits, but a rule before it has decided otherwise
    BROKEN = "broken"  # it cannot be asked: a bad expression, a status that is gone
    LOOPING = "looping"  # it fits too often for one sender, or its event comes from ourselves


@dataclass(frozen=True, slots=True)
class Verdict:
    rule_id: int
    version: int
    name: str
    said: Said
    seen: tuple[Seen, ...] = ()  # a condition each
    why: str = ""  # code


class Did(StrEnum):
    """What came of an event by the rules."""

    NONE = "none"  # no rule fits
    CREATED = "created"
    LINKED = "linked"
    DECLINED = "declined"
    HELD = "held"
    WAITS = "waits"  # a fuzzy hit, several parties, several open interests: a person must choose
    TASK = "task"
    ASSIGNED = "assigned"  # only who is responsible, labels
    LATE = "late"  # a person was quicker


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rules, asked in order, want done: the outcome of the first that decides, labels and tasks of
    all that fit, the first responsible that was named."""

    rule: Rule | None
    outcome: Outcome
    labels: tuple[str, ...] = ()
    tasks: tuple[Outcome, ...] = ()  # whose `task_…` somebody shall do
    responsible: Responsible | None = None
    named_by: Rule | None = None  # whose `responsible` that is
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant: as the wizard's search shows them."""

    kind: str  # account, contact, lead
    id: int
    name: str
    level: str  # intake.model.hits.Level
    reasons: tuple[dict[str, Any], ...] = ()

"""The numbers that Prometheus reads at /metrics; every name the service exports stands here."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from intake.model.calls import Link

REGISTRY = CollectorRegistry()
CONTENT_TYPE = CONTENT_TYPE_LATEST

EVENTS_HEARD = Counter("intake_events_heard", "Events heard on a channel", ["channel"], registry=REGISTRY)
EVENTS_STORED = Counter(
    "intake_events_stored", "Events written down for the first time", ["channel"], registry=REGISTRY
)
EVENTS_DEDUPLICATED = Counter(
    "intake_events_deduplicated", "Events that were there already", ["channel"], registry=REGISTRY
)
EVENT_LAG = Histogram(
    "intake_event_lag_seconds",
    "From a step of a call to its commit",
    ["channel"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300),
    registry=REGISTRY,
)
LETTERS = Counter(
    "intake_letters",
    "Letters taken in, by what became of them: opened, joined, aside, quarantined, copy",
    ["became"],
    registry=REGISTRY,
)
LETTER_READING = Histogram(
    "intake_letter_reading_seconds",
    "Reading a letter: headers, text, what is new in it, what is found in it",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 2, 10, 30),
    registry=REGISTRY,
)
LETTER_TAKING = Histogram(
    "intake_letter_taking_seconds",
    "From the moment a channel hands a letter over to its commit",
    ["channel"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
    registry=REGISTRY,
)
FORMS = Counter(
    "intake_forms",
    "Requests by forms, by what became of them: taken, aside (held or ignored), again (had come before)",
    ["became"],
    registry=REGISTRY,
)
FORM_TAKING = Histogram(
    "intake_form_taking_seconds",
    "From the moment a visitor's request is understood to its commit",
    ["channel"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
    registry=REGISTRY,
)
CHAT_TAKING = Histogram(
    "intake_chat_taking_seconds",
    "From the moment a bot's request is understood to its commit",
    ["channel"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
    registry=REGISTRY,
)
CHANNEL_LINK = Gauge(
    "intake_channel_link",
    "How a channel's link is: 1 for the state it is in, 0 for the others",
    ["channel", "state"],
    registry=REGISTRY,
)
JOBS_WAITING = Gauge("intake_jobs_waiting", "Jobs of the outbox that are not done yet", registry=REGISTRY)
CHAT_ANSWERS = Counter(
    "intake_chat_answers",
    "Messages of ours to messengers, by what became of them: sent, failed; again: put off after trouble",
    ["channel", "became"],
    registry=REGISTRY,
)
JOBS_GIVEN_UP = Counter(
    "intake_jobs_given_up", "Jobs that failed too often: a person must look", ["kind"], registry=REGISTRY
)
CALLS_OPEN = Gauge("intake_calls_open", "Calls going on now", registry=REGISTRY)
SSE_CLIENTS = Gauge("intake_sse_clients", "Browsers that listen to live updates", registry=REGISTRY)
SSE_DROPPED = Counter(
    "intake_sse_dropped", "Live updates thrown away because a browser did not keep up", registry=REGISTRY
)
SEARCH_TIME = Histogram(
    "intake_search_seconds",
    "The wizard's search, from criteria to ranked hits",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5),
    registry=REGISTRY,
)
REQUESTS = Histogram(
    "intake_request_seconds",
    "Answering a request, by route and status",
    ["route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
    registry=REGISTRY,
)
BACKGROUND_UP = Gauge(
    "intake_background_up", "Whether the process of heavy work is there (1) or not (0)", registry=REGISTRY
)
BACKGROUND_ENDED = Counter(
    "intake_background_ended", "How often the process of heavy work has ended by itself", registry=REGISTRY
)


def set_links(links: Mapping[str, Link]) -> None:
    """Channel -> its link; what is not named is no channel any more."""
    CHANNEL_LINK.clear()
    for channel, link in links.items():
        for state in Link:
            CHANNEL_LINK.labels(channel, state.value).set(state is link)


def exposition() -> bytes:
    """Everything above in Prometheus' text format."""
    return generate_latest(REGISTRY)

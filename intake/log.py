"""Structured logs: one JSON object a line, with people's phones and addresses masked and secrets left out.

log = structlog.get_logger(); log.info("call stored", linkedid=..., number="+79161234567")
-> {"event": "call stored", "linkedid": "...", "number": "+7***67", "level": "info", "at": "..."}
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_WORDS = ("password", "secret", "token", "cookie", "authorization", "key_", "_key", "credential")
HIDDEN = "***"

# Seven and more digits with the usual separators; not a date, not a PBX's id («1732200000.42»).
PHONE = re.compile(r"(?<![\w.\-])(?!\d{4}-\d\d-\d\d)\+?\d[\d()\s\-]{5,18}\d(?![\w.\-])")
EMAIL = re.compile(r"[\w.+\-]+@([\w\-]+(?:\.[\w\-]+)+)")


def set_up_logging(level: str = "info", style: str = "json") -> None:
    """Route structlog and the standard library's loggers to stderr through the same masks."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _drawn(style)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)  # web/requests.py writes its own line


def _drawn(style: str) -> structlog.typing.Processor:
    if style == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    plain = structlog.dev.plain_traceback  # no local variables: they hold secrets
    return structlog.dev.ConsoleRenderer(timestamp_key="at", exception_formatter=plain)


def mask(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: hides what identifies people, drops what opens doors."""
    for name, value in event.items():
        event[name] = HIDDEN if is_secret(name) else masked(value)
    return event


def masked(value: Any) -> Any:
    """The value with phones and e-mail addresses masked, however deep they are."""
    if isinstance(value, str):
        return EMAIL.sub(rf"{HIDDEN}@\1", PHONE.sub(_mask_phone, value))
    if isinstance(value, dict):
        return {name: HIDDEN if is_secret(str(name)) else masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked(inner) for inner in value]
    return value


def is_secret(name: str) -> bool:
    folded = name.casefold()
    return any(word in folded for word in SECRET_WORDS)


def _mask_phone(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    if len(digits) < 7:
        return found[0]
    return f"{'+' if found[0].startswith('+') else ''}{digits[0]}{HIDDEN}{digits[-2:]}"

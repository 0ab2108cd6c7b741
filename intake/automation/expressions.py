"""Expressions that people write. RE2 takes linear time whatever they are, and here only a little memory."""

from functools import lru_cache
from typing import Any

import re2

MOST_MEMORY = 2**20  # bytes of a compiled expression
MOST_COMPILED = 500


def is_expression(text: str) -> bool:
    """Whether RE2 understands it (it knows neither look-around nor back references)."""
    return _compiled(_plain(text)) is not None


def place_in(expression: str, text: str) -> tuple[int, int] | None:
    """Where it first fits, whatever the case; None where it does not. Raises ValueError for a bad one."""
    compiled = _compiled(_plain(expression))
    if compiled is None:
        raise ValueError("not an expression")
    found = compiled.search(_plain(text))
    return found.span() if found else None


def _plain(text: str) -> str:
    return text.replace("ё", "е").replace("Ё", "Е")


@lru_cache(MOST_COMPILED)
def _compiled(expression: str) -> Any | None:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MOST_MEMORY
    try:
        return re2.compile(expression, options)
    except re2.error:
        return None

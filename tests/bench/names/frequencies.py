"""How often people have which name: the surnames, first names and patronymics of PyPI's `russiannames` (BSD),
counted in public registers; and words that companies are called by, from `mimesis` (MIT)."""

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import duckdb
import numpy as np

MIN_FIRST = 12  # of that name; below it the list holds mostly misspelt ones
_NAME = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?")
_PLAIN_WORD = re.compile(r"[а-яё]{4,14}", re.IGNORECASE)


class Table(NamedTuple):
    """Names, and the running sums of their shares."""

    names: tuple[str, ...]
    shares: np.ndarray[Any, np.dtype[np.float64]]

    def draw(self, chance: np.random.Generator, count: int) -> list[str]:
        places = np.searchsorted(self.shares, chance.random(count), side="right")
        return [self.names[place] for place in places.tolist()]


@lru_cache(maxsize=1)
def surnames() -> tuple[Table, Table]:
    """Men's and women's; those that both bear are in either."""
    return _table("surnames", "m", 1, shared=True), _table("surnames", "f", 1, shared=True)


@lru_cache(maxsize=1)
def first_names() -> tuple[Table, Table]:
    return _table("names", "m", MIN_FIRST), _table("names", "f", MIN_FIRST)


@lru_cache(maxsize=1)
def patronymics() -> tuple[Table, Table]:
    return _table("midnames", "m", MIN_FIRST), _table("midnames", "f", MIN_FIRST)


@lru_cache(maxsize=1)
def all_surnames() -> tuple[str, ...]:
    """Each once, however rare: the list as it is."""
    return tuple(name for name, _ in _rows("surnames", "true"))


@lru_cache(maxsize=1)
def words() -> tuple[str, ...]:
    """Ordinary Russian words, fruits, spices and vegetables, capitalised."""
    food = _mimesis("food")
    found = [*_mimesis("text")["words"], *food["fruits"], *food["spices"], *food["vegetables"]]
    return tuple(dict.fromkeys(word.capitalize() for word in found if _PLAIN_WORD.fullmatch(word)))


@lru_cache(maxsize=1)
def towns() -> tuple[str, ...]:
    return tuple(_mimesis("address")["city"])


@lru_cache(maxsize=1)
def real_companies() -> tuple[str, ...]:
    """Russia's largest companies and banks as they are called, Latin and Cyrillic."""
    finance = _mimesis("finance")
    return tuple(dict.fromkeys([*finance["company"]["name"], *finance["banks"]]))


def _table(dataset: str, gender: str, least: int, shared: bool = False) -> Table:
    either = " OR gender = 'u' OR gender IS NULL" if shared else ""
    rows = _rows(dataset, f"(gender = '{gender}'{either}) AND count >= {least}")
    counts = np.array([count for _, count in rows], dtype=np.float64)
    return Table(tuple(name for name, _ in rows), np.cumsum(counts) / counts.sum())


def _rows(dataset: str, condition: str) -> list[tuple[str, int]]:
    path = str(files("russiannames") / "data" / f"{dataset}.parquet")
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT text, sum(count)::BIGINT FROM read_parquet(?) WHERE {condition} "  # noqa: S608
            "GROUP BY text ORDER BY 2 DESC, 1",
            [path],
        ).fetchall()
    return [(name, count) for name, count in found if _NAME.fullmatch(name)]


def _mimesis(file: str) -> Any:
    return json.loads((files("mimesis") / "datasets" / "ru" / f"{file}.json").read_text("utf-8"))

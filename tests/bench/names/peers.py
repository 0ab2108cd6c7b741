"""What else there is, fed with the same names and asked the same: a folded text for each name, so that a
lead's person and organisation are found apart."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from rapidfuzz import fuzz, process

from tests.bench.names.facts import SHOWN, Query, Record, Ref
from tests.bench.names.truth import words

CANDIDATES = 200  # fetched and then compared letter by letter
BATCH = 50_000


def folded(text: str) -> str:
    return " ".join(words(text))


def ranked(text: str, candidates: Sequence[tuple[Ref, str]]) -> list[Ref]:
    """The best of what an index gave: by rapidfuzz's plain and weighted ratio, whichever is kinder."""
    best = _best(text, [found for _, found in candidates], (fuzz.ratio, fuzz.WRatio))
    return [candidates[place][0] for place in best]


def _best(text: str, texts: Sequence[str], scorers: Sequence[Any]) -> list[int]:
    """The places of the likest texts."""
    if not texts:
        return []
    each = [process.cdist([text], texts, scorer=scorer, dtype=np.float32)[0] for scorer in scorers]
    likeness = np.maximum.reduce(each)
    return [int(place) for place in np.argsort(-likeness, kind="stable")[:SHOWN]]


class SqliteLike:
    """As EspoCRM and vtiger look: every word LIKE '%word%', whatever comes first."""

    name = "SQLite LIKE per token"

    def __init__(self, records: Iterable[Record], folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "like.db")
        self._connection.execute("CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT)")
        self._refs = list(_written(records, self._write))

    def find(self, query: Query) -> list[Ref]:
        parts = words(query.text)
        where = " AND ".join("text LIKE ?" for _ in parts) or "0"
        sql = f"SELECT id FROM name WHERE {where} LIMIT {SHOWN}"  # noqa: S608
        return [self._refs[row[0]] for row in self._connection.execute(sql, [f"%{part}%" for part in parts])]

    def close(self) -> None:
        self._connection.close()

    def _write(self, rows: list[tuple[int, str]]) -> None:
        with self._connection:
            self._connection.executemany("INSERT INTO name VALUES (?, ?)", rows)


class RapidfuzzAll:
    """No index: everything is compared with the query."""

    name = "rapidfuzz over everything"

    def __init__(self, records: Iterable[Record], _folder: Path) -> None:
        self._texts: list[str] = []
        self._refs = list(_written(records, lambda rows: self._texts.extend(text for _, text in rows)))

    def find(self, query: Query) -> list[Ref]:
        best = _best(folded(query.text), self._texts, (fuzz.ratio, fuzz.token_sort_ratio))
        return [self._refs[place] for place in best]

    def close(self) -> None:
        self._texts.clear()


class _Tantivy:
    name = ""
    tokenizer = "default"

    def __init__(self, records: Iterable[Record], folder: Path) -> None:
        builder = tantivy.SchemaBuilder().add_unsigned_field("id", stored=True)
        builder.add_text_field("text", stored=True, tokenizer_name=self.tokenizer, index_option="freq")
        self._schema = builder.build()
        place = folder / type(self).__name__
        place.mkdir()
        self._index = tantivy.Index(self._schema, path=str(place))
        self._set_up()
        self._writer: Any = self._index.writer(heap_size=128_000_000, num_threads=1)
        self._refs = list(_written(records, self._write))
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def close(self) -> None:
        del self._searcher, self._index

    def _set_up(self) -> None: ...

    def _write(self, rows: list[tuple[int, str]]) -> None:
        for number, text in rows:
            self._writer.add_document(tantivy.Document(id=number, text=text))

    def _likest(self, parts: Sequence[tantivy.Query], limit: int) -> Iterator[tuple[Ref, str]]:
        if not parts:
            return
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])
        for _, address in self._searcher.search(query, limit, count=False).hits:
            found = self._searcher.doc(address)
            yield self._refs[found["id"][0]], found["text"][0]


class TantivyFuzzy(_Tantivy):
    """As Elasticsearch's `fuzziness: AUTO`: one edit from three letters on, two from six."""

    name = "tantivy fuzzy AUTO"

    def find(self, query: Query) -> list[Ref]:
        parts = []
        for word in words(query.text):
            edits = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
            parts.append(tantivy.Query.fuzzy_term_query(self._schema, "text", word, distance=edits))
        return [ref for ref, _ in self._likest(parts, SHOWN)]


class TantivyTrigrams(_Tantivy):
    """Runs of three letters, the best 200 by BM25, and rapidfuzz over these."""

    name = "tantivy 3-grams + rapidfuzz"
    tokenizer = "trigrams"

    def find(self, query: Query) -> list[Ref]:
        text = folded(query.text)
        runs = dict.fromkeys(text[place : place + 3] for place in range(len(text) - 2))
        parts = [tantivy.Query.term_query(self._schema, "text", run, index_option="freq") for run in runs]
        return ranked(text, list(self._likest(parts, CANDIDATES)))

    def _set_up(self) -> None:
        trigrams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(3, 3, False)).build()
        self._index.register_tokenizer("trigrams", trigrams)


def named(records: Iterable[Record]) -> Iterator[tuple[Ref, str]]:
    for record in records:
        if record.person:
            yield record.ref, folded(record.person)
        if record.name:
            yield record.ref, folded(record.name)


def _written(records: Iterable[Record], write: Callable[[list[tuple[int, str]]], None]) -> Iterator[Ref]:
    """Whose each name is, once it is written under its number."""
    everything, after = named(records), 0
    while some := list(islice(everything, BATCH)):
        write([(after + place, text) for place, (_, text) in enumerate(some)])
        after += len(some)
        yield from (ref for ref, _ in some)

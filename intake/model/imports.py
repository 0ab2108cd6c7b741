"""The words of moving a client base: how a file is read, and what its rows become."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    VCARD = "vcf"


class Found(StrEnum):
    """What is done with a record that is there already."""

    SKIP = "skip"
    FILL = "fill"  # what is empty on the card
    OVERWRITE = "overwrite"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read; guessed, and corrected by a person."""

    format: Format
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    headed: bool = True  # its first row holds headings


@dataclass(frozen=True, slots=True)
class Options:
    """What a person decides about an import besides its columns."""

    found: Found = Found.FILL
    responsible_id: int | None = None  # of new records whose row names nobody
    area_code: str = ""  # completes telephone numbers of five to seven digits
    source: str = ""  # of new records whose row says none


def reading_of(told: dict[str, Any]) -> Reading:
    """From JSON; ValueError or TypeError for what is none."""
    return Reading(**(told | {"format": Format(told["format"])}))


def options_of(told: dict[str, Any]) -> Options:
    """From JSON; what is not said there is as usual."""
    return Options(**(told | {"found": Found(told.get("found", Found.FILL))}))


@dataclass(frozen=True, slots=True)
class Point:
    """One way to reach somebody, its key normalised. `kind`: phone, email, messenger, site."""

    kind: str
    value: str
    tail: str | None
    extension: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Party:
    """What a row says of an account, a contact or a lead. `fields` are columns as JSON keeps them; `names`
    are folded, each enough to be found by; `number` is the record's own id, from an export of ours."""

    fields: dict[str, Any]
    names: tuple[str, ...]
    points: tuple[Point, ...] = ()
    number: int | None = None
    responsible: str = ""  # as the row names them, folded


@dataclass(frozen=True, slots=True)
class Draft:
    """One row as records: `parties` by kind. `line` is the row's number in the file, from 1."""

    line: int
    parties: dict[str, Party]
    cells: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out; `code` and `params` as those of an error."""

    line: int
    code: str
    params: dict[str, Any]
    cells: tuple[str, ...] = field(default=(), repr=False)

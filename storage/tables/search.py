"""What names are found by: the different words there are, and sorted lists of numbers.

There are many records and few different words, so a query is compared with words. What each list holds is
storage/search/lists.py's to say; why it is so: docs/decisions/search.md.
"""

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field, SQLModel

from storage.columns import key_text

MAX_WORD = 60  # letters that are kept of one


class Word(SQLModel, table=True):
    """A folded word that stands or stood in some name."""

    __tablename__ = "search_word"
    # What is asked of many words stands in an index: their rows need not be looked up
    __table_args__ = (
        Index("ix_search_word_text", "text", "records"),
        Index("ix_search_word_sound", "sound", "records"),
        Index("ix_search_word_stem", "stem_id", "text", "sound", "records"),
    )

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_type=key_text(MAX_WORD), unique=True)
    sound: str = Field(sa_type=key_text(2 * MAX_WORD))
    stem_id: int  # which first sounds it has (Stem); they are what mistakes are made in
    records: int = 0  # in how many names, when the lists were last packed


class Stem(SQLModel, table=True):
    """The first sounds of words, each once."""

    __tablename__ = "search_stem"

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_type=key_text(16), unique=True)


class Fresh(SQLModel, table=True):
    """A number in a list, as it was written with its record; packed into a Chunk later."""

    __tablename__ = "search_fresh"
    __table_args__ = {"sqlite_with_rowid": False}

    list: int = Field(sa_type=BigInteger, primary_key=True)
    value: int = Field(sa_type=BigInteger, primary_key=True)


class Chunk(SQLModel, table=True):
    """Many numbers of a list, ascending, as storage/search/lists.py packs them. No two chunks of a list
    overlap."""

    __tablename__ = "search_chunk"

    list: int = Field(sa_type=BigInteger, primary_key=True)
    first: int = Field(sa_type=BigInteger, primary_key=True)
    size: int
    packed: bytes = Field(sa_type=LargeBinary)


class Mention(SQLModel, table=True):
    """A telephone, address or ИНН that stands in a party's description or in a note on one of its points.

    No foreign key: it is made of the card again whenever that changes, so nothing is lost with it and nothing
    waits for it (storage/search/mentions.py)."""

    __tablename__ = "search_mention"
    __table_args__ = {"sqlite_with_rowid": False}

    value: str = Field(sa_type=key_text(320), primary_key=True)
    party: int = Field(sa_type=BigInteger, primary_key=True, index=True)  # id << 2 | kind

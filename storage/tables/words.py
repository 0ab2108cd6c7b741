"""The words of names, so that any of them can be looked up by how it begins and what is inside it.

storage/search/words.py keeps them, in the transaction that writes the record. There are many records and
few different words: what is inside a word is looked for among the words, not among the records.
"""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from intake.model.wizard import PartyKind
from storage.columns import choice, key_text

MAX_WORD = 120


class NameWord(SQLModel, table=True):
    __tablename__ = "name_word"

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_type=key_text(MAX_WORD), unique=True)  # folded


class NamePosting(SQLModel, table=True):
    """A word stands in the name of a record. No foreign key to it: `kind` says in which table it is."""

    __tablename__ = "name_posting"
    # the record first: with the kind first SQLite would walk all words of a kind instead of a word's records
    __table_args__ = (Index("ix_name_posting_row_id_kind", "row_id", "kind"),)

    word_id: int = Field(foreign_key="name_word.id", primary_key=True)
    kind: PartyKind = Field(sa_type=choice(PartyKind), primary_key=True)
    row_id: int = Field(primary_key=True)

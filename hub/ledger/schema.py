"""What tables does the ledger have? The migrations build exactly these; a test compares."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

# The migration that builds what stands here, and where a database says which one it has; tested against the scripts.
REVISION = "0003"
VERSION_TABLE = "ledger_version"

# Byte order in both databases, so that ORDER BY gives one order whatever the server's locale.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite gives its fast row id only to a column declared exactly INTEGER.
NUMBER = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)

# Which key the sealed columns need; one row, put there when the ledger is made.
ledger_key = Table("ledger_key", metadata, Column("key_id", TEXT, primary_key=True))

# The chain: each entry's hash covers the one before it.
evidence = Table(
    "evidence",
    metadata,
    Column("seq", NUMBER, primary_key=True, autoincrement=False),
    Column("previous", TEXT, nullable=False),
    Column("hash", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("entry", TEXT, nullable=False),
)

parcel = Table(
    "parcel",
    metadata,
    Column("parcel_id", TEXT, primary_key=True),
    Column("agency", TEXT, nullable=False),
    Column("path", TEXT, nullable=False),
    Column("sha256", TEXT, nullable=False),
    Column("fingerprint", TEXT, nullable=False),
    Column("size", NUMBER, nullable=False),
    Column("arrived_at", TEXT, nullable=False),
    Column("fetched_at", TEXT, nullable=False),
    Column("received_at", TEXT, nullable=False),
    Column("meta", TEXT, nullable=False),
    UniqueConstraint("agency", "path", "sha256", "fingerprint"),
)

parcel_content = Table(
    "parcel_content",
    metadata,
    Column("sha256", TEXT, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

# One reading of a parcel; another attempt follows when a corrected mapping reads it again.
# Its records are record_id first_record_id … first_record_id + rows - 1, in the order of the file.
parcel_reading = Table(
    "parcel_reading",
    metadata,
    Column("parcel_id", TEXT, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("read_at", TEXT, nullable=False),
    Column("first_record_id", NUMBER, nullable=False),
    Column("rows", NUMBER, nullable=False),
    Column("digest", TEXT, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("record_id", NUMBER, primary_key=True, autoincrement=False),
    Column("parcel_id", TEXT, nullable=False),
    Column("position", NUMBER, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("reading", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("key", TEXT, nullable=False),
    Column("content_hash", TEXT, nullable=False),
    Column("column", TEXT, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Keyed index of every complete identity number, for equality without the number.
identity_index = Table(
    "identity_index",
    metadata,
    Column("identity", TEXT, primary_key=True),
    Column("record_id", NUMBER, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    Column("record_id", NUMBER, primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("code", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("at_sort", TEXT, nullable=False),
    Column("agency", TEXT, nullable=False),
    Column("attributes", TEXT, nullable=False),
    Column("learned_at", TEXT, nullable=False),
)

# What a run changed: the latest line of a source counts; an empty case_id takes the link back.
link = Table(
    "link",
    metadata,
    Column("link_id", NUMBER, primary_key=True, autoincrement=False),
    Column("run_id", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("case_id", TEXT, nullable=False),
    Column("agency", TEXT, nullable=False),
    Column("source", TEXT, nullable=False),
    Column("native_reference", TEXT, nullable=False),
    Column("tier", TEXT, nullable=False),
    Column("score", Double, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_link_source", "source"),
)

run = Table(
    "run",
    metadata,
    Column("run_id", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("as_of", TEXT, nullable=False),
    Column("known_at", TEXT, nullable=False),
    Column("parameters", TEXT, nullable=False),
    Column("counts", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("delivery_id", TEXT, primary_key=True),
    Column("agency", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("path", TEXT, nullable=False),
    Column("media_type", TEXT, nullable=False),
    Column("sha256", TEXT, nullable=False),
    Column("refers", TEXT, nullable=False),
    Column("planned_at", TEXT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# What the hub itself did or was told; once for each subject.
fact = Table(
    "fact",
    metadata,
    Column("fact_id", NUMBER, primary_key=True, autoincrement=False),
    Column("code", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("at", TEXT, nullable=False),
    Column("learned_at", TEXT, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("code", "subject"),
    Index("ix_fact_subject", "subject"),
)

# A letter or notice that was drafted. In clear stand keyed digests only: of what it was drafted for, and of its number.
paper = Table(
    "paper",
    metadata,
    Column("paper_id", TEXT, primary_key=True),
    Column("number", TEXT, nullable=False),
    Column("drafted_at", TEXT, nullable=False),
    Column("digest", TEXT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("number"),
)

# What follows are notes of the linker, made from the tables above and made anew whenever they do not fit them: they
# save a whole run when a few rows came. Nothing is proven by them, so they alone may be changed.

# By what a row is found: the keyed digest of a sign that the record bears, that it looks for, or that a row's own key is.
sign = Table(
    "sign",
    metadata,
    Column("sign", NUMBER, primary_key=True, autoincrement=False),
    Column("record_id", NUMBER, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# The records that stand, each with its case and what came of its turns in the linker, as JSON without personal data.
standing = Table(
    "standing",
    metadata,
    Column("record_id", NUMBER, primary_key=True, autoincrement=False),
    Column("case_id", TEXT, nullable=False),
    Column("why", TEXT, nullable=False),
    Column("choices", TEXT, nullable=False),
    Index("ix_standing_case_id", "case_id"),
)

# Up to which record, and by which linker, the notes were made; one row or none.
linked = Table(
    "linked",
    metadata,
    Column("record_id", NUMBER, primary_key=True, autoincrement=False),
    Column("linker", TEXT, nullable=False),
)

NOTES: tuple[Table, ...] = (sign, standing, linked)
TABLES: tuple[Table, ...] = tuple(table for table in metadata.sorted_tables if table not in NOTES)

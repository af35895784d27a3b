"""The append-only ledger: its tables, and the triggers that let nothing be changed or taken away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Written out here and not imported: a migration says what was built then, whatever the schema becomes.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Table -> its unique keys, for the trigger that refuses to replace a row.
KEYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ledger_key": (("key_id",),),
    "evidence": (("seq",),),
    "parcel": (("parcel_id",), ("agency", "path", "sha256", "fingerprint")),
    "parcel_content": (("sha256",),),
    "parcel_reading": (("parcel_id", "attempt"),),
    "record": (("record_id",),),
    "identity_index": (("identity", "record_id"),),
    "event": (("record_id", "ordinal"),),
    "link": (("link_id",),),
    "run": (("run_id",),),
    "delivery": (("delivery_id",),),
    "fact": (("fact_id",), ("code", "subject")),
}


def upgrade() -> None:
    """Build the tables and close them."""
    _chain()
    _parcels()
    _records()
    _told()
    if op.get_bind().dialect.name == "postgresql":
        _close_in_postgresql()
    else:
        _close_in_sqlite()


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, TEXT, nullable=False) for name in names]


def _chain() -> None:
    op.create_table("ledger_key", *_text("key_id"), sa.PrimaryKeyConstraint("key_id", name="pk_ledger_key"))
    op.create_table(
        "evidence",
        sa.Column("seq", NUMBER, nullable=False),
        *_text("previous", "hash", "kind", "at", "entry"),
        sa.PrimaryKeyConstraint("seq", name="pk_evidence"),
    )


def _parcels() -> None:
    op.create_table(
        "parcel",
        *_text("parcel_id", "agency", "path", "sha256", "fingerprint"),
        sa.Column("size", NUMBER, nullable=False),
        *_text("arrived_at", "fetched_at", "received_at", "meta"),
        sa.PrimaryKeyConstraint("parcel_id", name="pk_parcel"),
        sa.UniqueConstraint("agency", "path", "sha256", "fingerprint", name="uq_parcel"),
    )
    op.create_table(
        "parcel_content",
        *_text("sha256"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_parcel_content"),
    )
    op.create_table(
        "parcel_reading",
        *_text("parcel_id"),
        sa.Column("attempt", sa.Integer(), nullable=False),
        *_text("read_at"),
        sa.Column("first_record_id", NUMBER, nullable=False),
        sa.Column("rows", NUMBER, nullable=False),
        *_text("digest"),
        sa.PrimaryKeyConstraint("parcel_id", "attempt", name="pk_parcel_reading"),
    )


def _records() -> None:
    op.create_table(
        "record",
        sa.Column("record_id", NUMBER, nullable=False),
        *_text("parcel_id"),
        sa.Column("position", NUMBER, nullable=False),
        *_text("source", "reading", "kind", "key", "content_hash", "column", "reason", "digest"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_record"),
    )
    op.create_table(
        "identity_index",
        *_text("identity"),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("identity", "record_id", name="pk_identity_index"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event",
        sa.Column("record_id", NUMBER, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        *_text("code", "at", "at_sort", "agency", "attributes", "learned_at"),
        sa.PrimaryKeyConstraint("record_id", "ordinal", name="pk_event"),
    )


def _told() -> None:
    op.create_table(
        "run",
        *_text("run_id", "kind", "as_of", "known_at", "parameters", "counts", "at"),
        sa.PrimaryKeyConstraint("run_id", name="pk_run"),
    )
    op.create_table(
        "link",
        sa.Column("link_id", NUMBER, nullable=False),
        *_text("run_id", "at", "case_id", "agency", "source", "native_reference", "tier"),
        sa.Column("score", sa.Double(), nullable=False),
        *_text("digest"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", name="pk_link"),
    )
    op.create_table(
        "delivery",
        *_text("delivery_id", "agency", "kind", "path", "media_type", "sha256", "refers", "planned_at"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_delivery"),
    )
    op.create_table(
        "fact",
        sa.Column("fact_id", NUMBER, nullable=False),
        *_text("code", "subject", "at", "learned_at", "digest"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", name="pk_fact"),
        sa.UniqueConstraint("code", "subject", name="uq_fact"),
    )
    op.create_index("ix_fact_subject", "fact", ["subject"])


def _close_in_sqlite() -> None:
    for table, keys in KEYS.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
            )
        # REPLACE deletes without firing a DELETE trigger unless the connection asks for it; here it cannot start.
        there = " OR ".join(
            f"EXISTS (SELECT 1 FROM {table} WHERE " + " AND ".join(f"{c} = NEW.{c}" for c in key) + ")"  # noqa: S608  # names from above
            for key in keys
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: a row with this key is there'); END"
        )


def _close_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation'; "
        "END $$"
    )
    for table in KEYS:
        # Once a statement, so that it fires even where no row would have been touched, and for TRUNCATE too.
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"
        )

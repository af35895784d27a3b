"""The linker's notes, which save a whole run when a few rows came; nothing is proven by them, so they stay open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build the tables, and the index by which the latest link of a row is found."""
    op.create_table(
        "sign",
        sa.Column("sign", NUMBER, nullable=False),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("sign", "record_id", name="pk_sign"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "standing",
        sa.Column("record_id", NUMBER, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("case_id", "why", "choices")),
        sa.PrimaryKeyConstraint("record_id", name="pk_standing"),
    )
    op.create_index("ix_standing_case_id", "standing", ["case_id"])
    op.create_table(
        "linked",
        sa.Column("record_id", NUMBER, nullable=False),
        sa.Column("linker", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_linked"),
    )
    op.create_index("ix_link_source", "link", ["source"])

"""The papers that were drafted: their numbers and bytes, as unchangeable as all else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Build the table and close it."""
    op.create_table(
        "paper",
        *(sa.Column(name, TEXT, nullable=False) for name in ("paper_id", "number", "drafted_at", "digest")),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", name="pk_paper"),
        sa.UniqueConstraint("number", name="uq_paper"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER paper_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON paper "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER paper_no_{verb.lower()} BEFORE {verb} ON paper "
            f"BEGIN SELECT RAISE(ABORT, 'paper is append-only: {verb} refused'); END"
        )
    op.execute(
        "CREATE TRIGGER paper_no_replace BEFORE INSERT ON paper "
        "WHEN EXISTS (SELECT 1 FROM paper WHERE paper_id = NEW.paper_id) "
        "OR EXISTS (SELECT 1 FROM paper WHERE number = NEW.number) "
        "BEGIN SELECT RAISE(ABORT, 'paper is append-only: a row with this key is there'); END"
    )

"""On which connection do the migrations run? Always on the one that the ledger hands in, inside its transaction."""

from __future__ import annotations

from alembic import context

from hub.ledger.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
# The ledger holds the transaction and its lock, so a migration that fails leaves nothing behind.
context.run_migrations()

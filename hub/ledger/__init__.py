"""The append-only ledger: what came, what it says, what was linked, sent and told; the only part that speaks SQL."""

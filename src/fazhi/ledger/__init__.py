"""One ledger: chained events, their sealed order, signed checkpoints, and the personal values beside them."""

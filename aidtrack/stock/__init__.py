"""The ledger of every quantity, and what reads it."""

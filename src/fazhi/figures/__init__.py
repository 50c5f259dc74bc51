"""Figures: definitions over the ledger, never numbers that someone typed; every figure opens to its cases."""

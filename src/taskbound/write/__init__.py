"""Transactions: their ends, their terms, and their repetition."""

"""Real servers, a network that breaks, and a ledger that must balance afterwards.

Read `ledger.py` first: what is written, and what must be there at the end. `docs/chaos.md` says what is
promised and how to run it; `python -m tests.chaos` is behind `make chaos`.
"""

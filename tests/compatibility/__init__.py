"""SQLAlchemy's own asyncio tests, run with `TaskSession` in the place of `AsyncSession`."""

"""What was written to the books, and what is said of what may not be."""

from __future__ import annotations

from sqlalchemy import text

from taskbound import TaskSession
from tests.filters.models import Base

BOOKS = Base.metadata.tables["books"]
FOREIGN = (
    "the filter tenant of Book keeps to rows with the session's own tenant_id, and this is not one; "
    "leave tenant_id out, which is filled in, or use a session of its value "
    "(TB605, docs/errors/TB605.md)"
)
KEPT = (
    "the filter soft_delete of Book marks rows instead of deleting them; update the mark, or remove the "
    'rows for good with db.unfiltered("soft_delete") (TB605, docs/errors/TB605.md)'
)


async def titles(session: TaskSession) -> dict[int, str]:
    """Of all books, whosever they are."""
    rows = await session.execute(text("SELECT id, title FROM books ORDER BY id"))
    return dict(tuple(row) for row in rows)


async def changed(session: TaskSession) -> list[int]:
    """The books that have another title than at the beginning."""
    return [key for key, title in (await titles(session)).items() if title != f"book {key % 10}"]

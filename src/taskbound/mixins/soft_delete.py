"""Rows that are marked as deleted, and stay."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from taskbound.filters.mark import Filter
from taskbound.mixins.utc import Utc, now


class SoftDelete:
    """`deleted_at`, and the filter `soft_delete`, which hides the rows that have one.

    ```python
    await session.update(Order, {"deleted_at": now()}, key=5)       # now() of datetime, with a zone
    order.mark_deleted()                                            # of an entity; with the flush
    ```

    To delete is to set it, by a line that says so. `session.delete()` and every other DELETE of such rows
    raises `PastFilter`; `db.unfiltered("soft_delete")` sees them, restores them, and removes them for good.
    """

    __taskbound_filters__: ClassVar[tuple[Filter, ...]] = (
        Filter("soft_delete", lambda model: model.deleted_at.is_(None), keeps_rows=True),
    )

    deleted_at: Mapped[dt.datetime | None] = mapped_column(
        Utc(), default=None, index=True, sort_order=902
    )

    def mark_deleted(self) -> None:
        """Set `deleted_at` to this moment."""
        self.deleted_at = now()

    def restore(self) -> None:
        """Set `deleted_at` to None."""
        self.deleted_at = None

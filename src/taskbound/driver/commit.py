"""The commit of drivers that have one method for it, whatever began the transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable


def commit(adapter: Any) -> Awaitable[object]:
    """Commit by the driver itself. MySQL is sent COMMIT also where there is nothing to commit."""
    committed: Awaitable[object] = adapter.driver_connection.commit()
    return committed

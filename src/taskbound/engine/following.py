"""What becomes of the transactions of a session, told to somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, SessionTransaction


class Follower(Protocol):
    """Who is told."""

    def committed(self) -> None:
        """The outermost transaction was committed."""

    def undone(self, transaction: SessionTransaction) -> None:
        """A transaction, or a savepoint, was rolled back."""

    def ended(self) -> None:
        """The outermost transaction is over, whichever way."""


def follow(session: Session, follower: Follower) -> None:
    """Tell `follower` for as long as the session lives."""

    def after_commit(session: Session) -> None:
        # A savepoint that is released is told in the same way.
        if session.get_nested_transaction() is None:
            follower.committed()

    def after_soft_rollback(_session: Session, transaction: SessionTransaction) -> None:
        follower.undone(transaction)

    def after_transaction_end(_session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None:
            follower.ended()

    event.listen(session, "after_commit", after_commit)
    event.listen(session, "after_soft_rollback", after_soft_rollback)
    event.listen(session, "after_transaction_end", after_transaction_end)

"""What has become of a transaction whose block has raised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from taskbound.errors import CommitOutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator

Outcome = Literal["committed", "refused", "unknown"]
"""`refused`: nothing of the transaction is in the database."""

_MARK = "_taskbound_committed"


def outcome_of(error: BaseException) -> Outcome:
    """What has become of the transaction whose block, or whose `commit()`, has raised this error.

    ```python
    try:
        async with asyncio.timeout(5), db.begin() as session:
            session.add(order)
    except TimeoutError as error:
        if outcome_of(error) == "committed": ...
    ```

    A task that is cancelled, by `asyncio.timeout()` for example, while the server carries out its COMMIT
    gets a `CancelledError` whatever the server answers. `committed` and `unknown` are read from that
    error, or from one that was raised from it. Any other error means `refused`.
    """
    for each in _chain(error):
        if isinstance(each, CommitOutcomeUnknown):
            return "unknown"
        if getattr(each, _MARK, False):
            return "committed"
    return "refused"


def mark(error: BaseException, note: str) -> None:
    """Have an error say that its transaction was committed all the same."""
    setattr(error, _MARK, True)
    error.add_note(note)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it was raised from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__

"""A unit of work that is lost, cut in half, or never begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.errors.base import at
from taskbound.errors.session import SessionMisuse

if TYPE_CHECKING:
    from taskbound.place import Place


class LostWrites(SessionMisuse):
    """A session is closed with work that was neither committed nor rolled back.

    Raised when the session is closed and its connection is back in the pool; not where the block ends
    by an exception, which rolls back as it should.

    Attributes: `written`, what its transaction has written (names of mapped classes, or a statement's
    verb and table), `pending`, the classes of the objects that were not flushed, and `place`, where the
    session was closed.
    """

    code = "TB301"

    written: tuple[str, ...]
    pending: tuple[str, ...]
    place: Place | None

    def __init__(
        self, *, written: tuple[str, ...], pending: tuple[str, ...], place: Place | None
    ) -> None:
        self.written, self.pending, self.place = written, pending, place
        what = [f"written: {', '.join(written)}"] if written else []
        what += [f"not flushed: {', '.join(pending)}"] if pending else []
        self._say(
            f"the session that was closed{at(place)} held work that was neither committed nor rolled "
            f"back ({'; '.join(what)}), and it is lost",
            "write in a block that commits: async with db.begin() as session (or session.begin()); or "
            "call rollback(), where it is to be thrown away",
        )


class UnawaitedCall(SessionMisuse):
    """`session.begin()` or `begin_nested()` is called, and neither awaited nor entered: it does nothing.

    Reported when the object that the call has returned is thrown away. There nothing can be raised to
    the caller: with the mode `raise` it goes to `sys.unraisablehook`.

    Attributes: `operation`, the method, and `place`, the line of the call.
    """

    code = "TB302"

    operation: str
    place: Place | None

    def __init__(self, *, operation: str, place: Place | None) -> None:
        self.operation, self.place = operation, place
        self._say(
            f"{operation}() was called{at(place)}, but neither awaited nor entered, so it did nothing",
            f"write async with session.{operation}():",
        )


class InnerCommit(SessionMisuse):
    """`commit()` inside a block that commits by itself, or an ending inside a savepoint's block.

    Raised before anything is sent: the block goes on.

    Attributes: `operation` and `place` of the refused call, `block`, the method that the block was made
    with, and `block_place`, the line that it begins at.
    """

    code = "TB303"

    operation: str
    place: Place | None
    block: str
    block_place: Place | None

    def __init__(
        self, *, operation: str, place: Place | None, block: str, block_place: Place | None
    ) -> None:
        self.operation, self.place = operation, place
        self.block, self.block_place = block, block_place
        ends = "the whole transaction" if block == "begin_nested" else "half of that block"
        does = "commits" if operation == "commit" else "rolls back"
        cure = (
            "call flush() where rows are to be sent, and leave the commit to the end of the block"
            if operation == "commit"
            else "raise, or call rollback() of what begin_nested() gives: async with "
            "session.begin_nested() as savepoint"
        )
        self._say(
            f"{operation}() was called{at(place)} inside the block of {block}(){at(block_place)}, "
            f"and {does} {ends}",
            cure,
        )

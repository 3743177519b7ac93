"""All that is wrong with a DTO, said at once."""

from __future__ import annotations

from types import TracebackType

from taskbound.errors import ProjectionMisuse


class Refusals:
    """Gathers errors: `with refusals:` takes the one of a block, `check()` raises what there is."""

    def __init__(self) -> None:
        # By message: a DTO that stands in several places has the same mistake in each.
        self._found: dict[str, ProjectionMisuse] = {}

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:
        if not isinstance(error, ProjectionMisuse):
            return False
        others, error.others = error.others, ()
        for each in (error, *others):
            self._found.setdefault(str(each), each)
        return True

    def check(self) -> None:
        """Raise the first error, with the others at it; nothing where there is none."""
        if self._found:
            first, *others = self._found.values()
            first.others = tuple(others)
            raise first

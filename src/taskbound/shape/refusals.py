"""All that is wrong with a DTO, said at once."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from taskbound.errors import ProjectionMisuse

_Made = TypeVar("_Made")


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
        self._take(error)
        return True

    def last(self, make: Callable[..., _Made], *arguments: Any) -> _Made:
        """What `make` gives for `arguments`.

        Raises the first error, with the others at it, where there are any by now or `make` raises one.
        """
        try:
            made = make(*arguments)
        except ProjectionMisuse as error:
            self._take(error)
            first = self._first()
            raise first from first.__cause__
        self.check()
        return made

    def check(self) -> None:
        """Raise the first error, with the others at it; nothing where there is none."""
        if self._found:
            raise self._first()

    def _take(self, error: ProjectionMisuse) -> None:
        others, error.others = error.others, ()
        for each in (error, *others):
            self._found.setdefault(str(each), each)

    def _first(self) -> ProjectionMisuse:
        first, *others = self._found.values()
        first.others = tuple(others)
        return first

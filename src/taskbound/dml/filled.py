"""What Python fills in new rows that they do not name: the defaults of columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence


def filled(
    defaults: Collection[tuple[str, Any]],
    columns: Mapping[str, Sequence[Any]],
    count: int,
    absent: Iterable[str] = (),
) -> dict[str, Sequence[Any]]:
    """The columns of many rows with those that a default fills.

    defaults: by parameter.
    count: how many rows there are.
    absent: the columns that a default of the row finds to be None where they are not given.
    """
    found = dict(columns)
    # As in SQLAlchemy's context, what a default is about to fill is None until then.
    absent = (*absent, *(name for name, _ in defaults))

    def one(row: int) -> Mapping[str, Any]:
        return {name: values[row] for name, values in found.items()}

    for name, default in defaults:
        if name in found:
            continue
        if default.is_scalar:
            found[name] = [default.arg] * count
        else:
            found[name] = [
                default.arg(RowContext(partial(one, row), absent)) for row in range(count)
            ]
    return found


def value_of(default: Any, row: Mapping[str, Any], absent: Iterable[str] = ()) -> Any:
    """The value of a default in one row.

    row: the values by column, as far as they are known.
    """
    if default.is_scalar:
        return default.arg
    return default.arg(RowContext(lambda: row, absent))


class RowContext:
    """What a default is called with that takes SQLAlchemy's context: the row that is written.

    row: its values by column, put together where somebody asks for them.
    absent: the columns that are None where they are not given, as the unit of work writes that.
    """

    __slots__ = ("_absent", "_row")

    def __init__(self, row: Callable[[], Mapping[str, Any]], absent: Iterable[str]) -> None:
        self._row, self._absent = row, absent

    @property
    def current_parameters(self) -> Mapping[str, Any]:
        """The values by column."""
        return {**dict.fromkeys(self._absent), **self._row()}

    def get_current_parameters(self, isolate_multiinsert_groups: bool = True) -> Mapping[str, Any]:  # noqa: ARG002  # SQLAlchemy's own
        """The values by column."""
        return self.current_parameters

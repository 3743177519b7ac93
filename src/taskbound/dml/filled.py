"""What Python fills in many new rows that they do not name: the defaults of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def filled(
    defaults: Iterable[tuple[str, Any]],
    columns: Mapping[str, Sequence[Any]],
    count: int,
    absent: Iterable[str] = (),
) -> dict[str, Sequence[Any]]:
    """The columns with those that a default fills.

    defaults: by parameter.
    count: how many rows there are.
    absent: the columns that a default of the row finds to be None where they are not given.
    """
    found = dict(columns)
    for name, default in defaults:
        if name in found:
            continue
        if default.is_scalar:
            found[name] = [default.arg] * count
        else:
            found[name] = [default.arg(_Context(found, row, absent)) for row in range(count)]
    return found


class _Context:
    """What a default is called with that takes SQLAlchemy's context: one of the rows."""

    __slots__ = ("_absent", "_columns", "_row")

    def __init__(
        self, columns: Mapping[str, Sequence[Any]], row: int, absent: Iterable[str]
    ) -> None:
        self._columns, self._row, self._absent = columns, row, absent

    @property
    def current_parameters(self) -> Mapping[str, Any]:
        """The values by column, put together where somebody asks for them."""
        nothing = dict.fromkeys(self._absent)
        return nothing | {name: values[self._row] for name, values in self._columns.items()}

    def get_current_parameters(self, isolate_multiinsert_groups: bool = True) -> Mapping[str, Any]:  # noqa: ARG002  # SQLAlchemy's own
        """The values by column."""
        return self.current_parameters

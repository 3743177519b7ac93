"""`Filters`: the values that filters have in a session, and which of them are left out."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from taskbound.errors import PastFilter

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "taskbound_filter_"
"""Before the name of the parameter that stands for a filter's value."""


class Filters:
    """What a session knows about the filters of its models. It does not change.

    ```python
    sessions = async_sessionmaker(engine, class_=TaskSession, filters=Filters(tenant=7))
    ```

    values: by the name of a `ValueFilter`; None is no value.
    """

    __slots__ = ("off", "parameters", "values")

    off: frozenset[str]
    """The names of the filters that are left out."""
    values: Mapping[str, Any]
    """By name of the filter."""

    def __init__(self, **values: Any) -> None:
        given = {name: value for name, value in values.items() if value is not None}
        self.off = frozenset()
        self.values = MappingProxyType(given)
        self.parameters: Mapping[str, Any] = {PREFIX + name: v for name, v in given.items()}

    def filtered(self, **values: Any) -> Filters:
        """These, with other values beside or instead of those that there are."""
        found = Filters(**{**self.values, **values})
        found.off = self.off
        return found

    def unfiltered(self, *names: str) -> Filters:
        """These, without the filters of these names. Raises `TypeError` where none is named."""
        if not names:
            raise TypeError("unfiltered() takes the names of the filters to leave out")
        found = Filters(**self.values)
        found.off = self.off | frozenset(names)
        return found

    def value(self, name: str, model: str) -> Any:
        """The value of a filter. Raises `PastFilter` where it has none."""
        if name not in self.values:
            raise without_value(name, model)
        return self.values[name]

    def __repr__(self) -> str:
        # Without the values, which may be in a log that others read.
        off = f" without {', '.join(sorted(self.off))}" if self.off else ""
        return f"<filters with values for {', '.join(self.values) or 'none'}{off}>"


NO_FILTERS = Filters()
"""Those of who has given no value and left none out: every filter holds."""


def without_value(name: str, model: str) -> PastFilter:
    """The error for a filter that needs a value and has none."""
    return PastFilter(
        filter=name,
        model=model,
        reason="has no value here",
        cure=f"give it one with db.filtered({name}=...)",
    )

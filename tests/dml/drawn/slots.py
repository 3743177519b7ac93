"""A column that is written, and what fills it where nothing is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Computed, func, text

from tests.truth.columns import Kind

NOTHING, SCALAR, CALLED, FROM_ROW, SQL, SERVER = (
    "nothing",
    "scalar",
    "called",
    "row",
    "sql",
    "server",
)

# What SQL computes, and what the database fills in, for the kinds for which every engine has it.
COMPUTED_BY_SQL: dict[str, Callable[[], Any]] = {
    "integer": lambda: func.abs(-7),
    "big": lambda: func.abs(-7),
    "string": lambda: func.lower("ABC d"),
    "text": lambda: func.lower("ABC d"),
}
FILLED_BY_SERVER: dict[str, Any] = {
    "integer": text("7"),
    "big": text("-7"),
    "string": "it's a b",
}


@dataclass(frozen=True)
class Fill:
    """What a column has where nothing is given."""

    way: str = NOTHING
    value: Any = None

    def made(self, kind: Kind, source: str, *, whole: bool) -> Any:
        """What a Column takes as `default=` or `onupdate=`.

        source: the name of the column that it looks at, where it is made of the row.
        whole: whether the row has every column, as a new one does.
        """
        if self.way == CALLED:
            return lambda: self.value
        if self.way == FROM_ROW and whole:
            return lambda context: (context.get_current_parameters()[source] or 0) + 1
        if self.way == FROM_ROW:
            return lambda context: (context.get_current_parameters().get(source) or 0) + 1
        if self.way == SQL:
            return COMPUTED_BY_SQL[kind.name]()
        return self.value if self.way == SCALAR else None


@dataclass(frozen=True)
class Slot:
    """One column, and the attribute that holds it."""

    name: str
    column: str
    kind: Kind
    nullable: bool = False
    default: Fill = Fill()
    onupdate: Fill = Fill()
    unique: bool = False
    computed: bool = False
    """The database computes it of the column that every row has."""

    @property
    def needed(self) -> bool:
        """Whether a new row has to be given it."""
        return not (self.nullable or self.computed or self.default.way != NOTHING)

    def made(self, type_name: str, source: str, **options: Any) -> Column[Any]:
        """The column. Its type has a name of its own, which an enum needs."""
        if self.computed:
            return Column(
                self.column, self.kind.made(""), Computed(f"{source} + 1", persisted=True)
            )
        filled = FILLED_BY_SERVER[self.kind.name] if self.default.way == SERVER else None
        return Column(
            self.column,
            self.kind.made(type_name),
            nullable=self.nullable,
            default=self.default.made(self.kind, source, whole=True),
            server_default=filled,
            onupdate=self.onupdate.made(self.kind, source, whole=False),
            unique=self.unique,
            **options,
        )

    def __repr__(self) -> str:
        marks = [self.kind.name, *["nullable"] * self.nullable, *["unique"] * self.unique]
        marks += [f"default={self.default}"] * (self.default.way != NOTHING)
        marks += [f"onupdate={self.onupdate}"] * (self.onupdate.way != NOTHING)
        return f"{self.name}: {' '.join(marks)}"

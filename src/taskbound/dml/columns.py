"""What can be written to the rows of a mapped class: its columns by attribute, and what they need."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, Table, TypeDecorator
from sqlalchemy.orm import MANYTOONE, ColumnProperty, RelationshipProperty, class_mapper

from taskbound.errors import UnfitValues
from taskbound.statement import key_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Mapper


class Columns:
    """The columns of one mapped class."""

    __slots__ = (
        "_attributes",
        "_converting_none",
        "_defaulted",
        "_first_version",
        "_keys",
        "_unfilled",
        "absent",
        "by_attribute",
        "computed_on_update",
        "constants",
        "is_joined",
        "key",
        "mapper",
        "name",
        "version",
    )

    def __init__(self, mapper: Mapper[Any]) -> None:
        self.mapper: Mapper[Any] = mapper
        self.name: str = mapper.class_.__name__
        self.by_attribute: Mapping[str, Column[Any]] = dict(_own(mapper))
        self.is_joined: bool = len(mapper.tables) > 1
        """Whether a row lies in several tables."""
        self.key: tuple[str, ...] = key_names(mapper)
        """The attributes of the primary key."""
        self._keys = {name: column.key for name, column in self.by_attribute.items()}
        self._attributes = {column.key: name for name, column in self.by_attribute.items()}
        self.constants: Mapping[str, Any] = _constants(mapper)
        """By the key of a column: what every row of the class has in it."""
        self.version: str | None = _version(mapper)
        """The attribute that counts the versions of a row."""
        self._first_version = _first_version(mapper)
        self.computed_on_update: tuple[str, ...] = tuple(
            name for name, column in self.by_attribute.items() if _changes_by_itself(column)
        )
        """The attributes whose values an UPDATE changes that does not name them."""
        self._defaulted = frozenset(
            name
            for name in self.by_attribute
            # The key of a row in several tables is made by the first of them.
            if any(map(_takes_none_for_default, _all_of(mapper, name)))
        )
        nothing = {name: one for name, one in self.by_attribute.items() if _is_nothing(one)}
        self.absent: tuple[str, ...] = tuple(column.key for column in nothing.values())
        """The keys of the columns for which the unit of work writes None where nothing is given."""
        self._unfilled = tuple(name for name, column in nothing.items() if column.nullable)
        # Their types may make something of None.
        self._converting_none = tuple(
            name for name in self._unfilled if isinstance(nothing[name].type, TypeDecorator)
        )

    @property
    def counts_versions(self) -> bool:
        """Whether the next version is one more than the last, which SQL can make of it."""
        column: Any = self.mapper.version_id_col
        make: Any = self.mapper.version_id_generator
        return isinstance(column.type, Integer) and (make(None), make(1)) == (1, 2)

    @property
    def fills_by_itself(self) -> bool:
        """Whether a new row has values that it is not given and that are no defaults of columns."""
        return bool(self.constants or self._first_version or self._converting_none)

    def column(self, attribute: str) -> Column[Any]:
        """The column of an attribute. Raises `UnfitValues` where the class has none such."""
        found = self.by_attribute.get(attribute)
        if found is None:
            raise self._no_column(attribute)
        return found

    def attribute(self, key: str) -> str:
        """The attribute of a column."""
        return self._attributes[key]

    def for_insert(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of a new row by column, without None where the column's default is to stand for it.

        That is what the unit of work makes of None, too.
        """
        defaulted, keys = self._defaulted, self._keys
        try:
            row = {
                keys[name]: value
                for name, value in values.items()
                if value is not None or name not in defaulted
            }
        except KeyError as error:
            raise self._no_column(error.args[0]) from None
        if self.constants:
            row |= self.constants
        if self._first_version is not None:
            key, make = self._first_version
            row.setdefault(key, make(None))
        for name in self._converting_none:
            row.setdefault(self.by_attribute[name].key, None)
        return row

    def leaves_out(self, attribute: str, value: object) -> bool:
        """Whether the default of a new row's column stands for a value."""
        return value is None and attribute in self._defaulted

    def for_joined_insert(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The same by attribute, for the statements of SQLAlchemy's own that fill several tables."""
        # All of them, for defaults that look at the whole row.
        nothing = dict.fromkeys(self._unfilled)
        return nothing | {
            name: value for name, value in values.items() if not self.leaves_out(name, value)
        }

    def for_update(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The new values of a row by column."""
        return {self.column(name).key: value for name, value in values.items()}

    def check_versioned(self) -> None:
        """Raise `UnfitValues` where rows of the class are in no version, for who asks for one."""
        if self.version is None:
            raise UnfitValues(
                model=self.name,
                reason="is to be in a version, and the model counts none",
                cure="leave version= out, or map the column that does as its version_id_col",
            )

    def check_complete(self, keys: Iterable[str]) -> None:
        """Raise `UnfitValues` where a new row would lack a value that the database does not make.

        keys: of the columns that are given.
        """
        given = set(keys)
        missing = [
            name
            for name, column in self.by_attribute.items()
            if column.key not in given and self._is_needed(column)
        ]
        if missing:
            raise UnfitValues(
                model=self.name,
                reason=f"lacks {' and '.join(missing)}",
                cure=f"give {'it' if len(missing) == 1 else 'them'}, or the column a default",
            )

    def _is_needed(self, column: Column[Any]) -> bool:
        # The key of a row in several tables is made by the first of them.
        is_made = self.is_joined and column.primary_key
        return not (is_made or _has_value(column))

    def _no_column(self, name: str) -> UnfitValues:
        found = self.mapper.attrs.get(name)
        if isinstance(found, RelationshipProperty):
            keys = ", ".join(str(column.name) for column in found.local_columns)
            its_key = f"its key, {keys}, or " if found.direction is MANYTOONE else ""
            return UnfitValues(
                model=self.name,
                reason=f"has {name}, which is a relation",
                cure=f"give {its_key}a DTO that holds the objects of the relation",
            )
        nearest = get_close_matches(name, self.by_attribute, n=1)
        has = f"it has {', '.join(self.by_attribute)}"
        return UnfitValues(
            model=self.name,
            reason=f"has {name}, which is no column of it",
            cure=f"did you mean {nearest[0]}?" if nearest else has,
        )


def columns_of(model: type[Any]) -> Columns:
    """The columns of a mapped class: the same object each time.

    Raises `sqlalchemy.orm.exc.UnmappedClassError` where the class is not mapped.
    """
    class_: Any = model
    found = _of_class(class_)
    # It may have been mapped anew.
    is_same = found.mapper is getattr(model, "__mapper__", None)
    return found if is_same else _columns(class_mapper(model, configure=True))


@lru_cache(maxsize=1024)
def _of_class(model: Any) -> Columns:
    # To ask SQLAlchemy each time takes longer than to put a row together.
    return _columns(class_mapper(model, configure=True))


@lru_cache(maxsize=1024)
def _columns(mapper: Mapper[Any]) -> Columns:
    return Columns(mapper)


def _own(mapper: Mapper[Any]) -> Iterable[tuple[str, Column[Any]]]:
    for name, found in mapper.attrs.items():
        if isinstance(found, ColumnProperty):
            column = found.columns[0]
            if isinstance(column, Column) and isinstance(column.table, Table):
                yield name, column


def _all_of(mapper: Mapper[Any], attribute: str) -> Iterable[Column[Any]]:
    """The columns of all tables that an attribute is for."""
    found: Iterable[Any] = mapper.column_attrs[attribute].columns
    return (one for one in found if isinstance(one, Column) and isinstance(one.table, Table))


def _constants(mapper: Mapper[Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    if mapper.polymorphic_on is not None and mapper.polymorphic_identity is not None:
        found[getattr(mapper.polymorphic_on, "key", "")] = mapper.polymorphic_identity
    return found


def _version(mapper: Mapper[Any]) -> str | None:
    column = mapper.version_id_col
    return None if column is None else mapper.get_property_by_column(column).key


def _first_version(mapper: Mapper[Any]) -> tuple[str, Any] | None:
    """The key of the column that counts versions, and what makes the first; None where the database does."""
    column: Any = mapper.version_id_col
    generator = mapper.version_id_generator
    return None if column is None or generator is False else (column.key, generator)


def _has_default(column: Column[Any]) -> bool:
    return column.default is not None or column.server_default is not None


def _takes_none_for_default(column: Column[Any]) -> bool:
    has_default = _has_default(column) or column is column.table.autoincrement_column
    return has_default and not column.type.should_evaluate_none


def _is_nothing(column: Column[Any]) -> bool:
    """Whether a column that is not given is None, as it would be had None been given."""
    return not (column.primary_key or _has_default(column) or column.type.should_evaluate_none)


def _has_value(column: Column[Any]) -> bool:
    """Whether a new row has a value in a column that it is not given."""
    return bool(
        column.nullable
        or _has_default(column)
        or column.identity is not None
        or column.computed is not None
        or column is column.table.autoincrement_column
    )


def _changes_by_itself(column: Column[Any]) -> bool:
    return bool(
        column.onupdate is not None
        or column.server_onupdate is not None
        or column.computed is not None
    )

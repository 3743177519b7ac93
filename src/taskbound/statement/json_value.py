"""How a database writes a value into JSON, so that it is what the library of the DTO writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Text, case, literal_column
from sqlalchemy import types as sqltypes
from sqlalchemy.types import NullType, TypeDecorator

from taskbound.shape import spelled
from taskbound.shape.json_form import Unwritten

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Select
    from sqlalchemy.types import TypeEngine

Members: TypeAlias = Sequence[tuple[str, Any]]
"""The keys of an object, and the SQL of their values."""


@dataclass(frozen=True, slots=True)
class JsonValue:
    """How the values of a type are written."""

    of: Any
    """Their type in Python."""
    write: Callable[[Any], Any] | None = None
    """Makes of the expression the one that is written; None leaves it as it is."""
    twice: bool = False
    """Whether `write` names the expression more than once."""


# Takes the type of a column, of the dialect. Raises `Unwritten`.
ByType: TypeAlias = "Callable[[Any, Dialect], JsonValue]"


@dataclass(frozen=True, slots=True)
class JsonEngine:
    """How an engine writes JSON."""

    value: Callable[[TypeEngine[Any], Any, Dialect], JsonValue]
    """For a column's type, and the type that the library writes. Raises `Unwritten`."""
    literal: Callable[[str], Any]
    """A JSON text as a JSON value."""
    truth: Callable[[Any], Any]
    """The JSON value of an EXISTS."""
    object: Callable[[Members], Any]
    """An object, as an expression. Raises `Unwritten` where there are too many members."""
    columns: Callable[[Members], list[Any]]
    """The columns of a SELECT with a row for each object. Raises `Unwritten`, as `object`."""
    array: Callable[[Select[Any]], Any]
    """The array of the objects of such a SELECT, as an expression."""
    keyed: Callable[[Select[Any]], Any]
    """The object of the rows of a SELECT with the columns key and value, as an expression."""
    whole: Callable[[Select[Any], Dialect], Select[Any]]
    """The array of the objects of such a SELECT, as one text or its bytes."""


def quoted(text: str) -> Any:
    """A text of the developer's, such as a name, as an SQL literal."""
    return literal_column(in_quotes(text), Text)


def in_quotes(text: str) -> str:
    """A text of the developer's between the quotes of SQL."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def plain_type(found: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    """The dialect's type. Raises `Unwritten` where code of an application's converts its values."""
    plain = found.dialect_impl(dialect)
    process = type(plain).result_processor.__module__ or ""
    if isinstance(plain, TypeDecorator | NullType) or not process.startswith("sqlalchemy."):
        raise Unwritten(f"{found!r} is read in a way of its own")
    if plain._has_column_expression:
        raise Unwritten(f"{found!r} is read in a way of its own")
    return plain


def by_type(
    table: Mapping[type[Any], ByType], plain: TypeEngine[Any], dialect: Dialect
) -> JsonValue:
    """How the values of a type are written, by the first of its classes in a table.

    Raises `Unwritten` where there is none.
    """
    found = next((found for kind, found in table.items() if isinstance(plain, kind)), None)
    if found is None:
        raise Unwritten(f"{plain!r} has no form in JSON that the libraries agree on")
    return found(plain, dialect)


def fitting(value: JsonValue, wanted: Any, found: TypeEngine[Any]) -> JsonValue:
    """The value. Raises `Unwritten` where the library makes another type of it."""
    if wanted not in {object, value.of}:
        raise Unwritten(f"{found!r} becomes {spelled(wanted)} in Python")
    return value


def enum_value(
    plain: sqltypes.Enum,
    dialect: Dialect,
    *,
    stored: Callable[[Any], Any],
    literal: Callable[[str], Any],
    misfit: Any,
) -> JsonValue:
    """How an enumeration is written: by the values of its members.

    stored: makes of the expression the text in the column.
    literal: a JSON text as a JSON value.
    misfit: what is written for a text that is no member's.
    """
    process: Any = plain.result_processor(dialect, None)  # type: ignore[no-untyped-call]
    members = {text: process(text) if process else text for text in plain.enums}
    written = {text: getattr(member, "value", member) for text, member in members.items()}
    for value in written.values():
        if type(value) not in {int, str}:
            raise Unwritten(f"{plain!r} has a member that is neither text nor a whole number")

    def write(expression: Any) -> Any:
        whens = [
            (quoted(text), literal(json.dumps(value, ensure_ascii=False)))
            for text, value in written.items()
        ]
        return case(
            *((stored(expression) == text, value) for text, value in whens),
            (expression.is_not(None), misfit),
        )

    return JsonValue(plain.enum_class or str, write, twice=True)


def check_json(found: TypeEngine[Any], wanted: Any, dialect: Dialect) -> None:
    """Raise `Unwritten` where the values of a JSON column are more than what their text says."""
    if getattr(dialect, "_json_deserializer", None) is not None:
        raise Unwritten("the engine has a json_deserializer")
    if wanted not in {object, dict, list}:
        raise Unwritten(f"{found!r} becomes {spelled(wanted)} in Python")


# What a document has to be, and what the databases call that.
JSON_KINDS: Mapping[Any, str] = {dict: "object", list: "array"}

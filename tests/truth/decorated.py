"""Column types of users: what a TypeDecorator may do to a value on its way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Dialect,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    func,
)


class Money:
    """What a column of whole cents gives: no dataclass, which would be a DTO by itself."""

    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and other.cents == self.cents

    def __hash__(self) -> int:
        return hash(self.cents)

    def __repr__(self) -> str:
        return f"Money({self.cents})"


class Cents(TypeDecorator[Money]):
    """Whole cents in the database, an object in Python."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Money | None, _dialect: Dialect) -> int | None:
        return None if value is None else value.cents

    def process_result_value(self, value: int | None, _dialect: Dialect) -> Money | None:
        return None if value is None else Money(value)


class Reversed(TypeDecorator[str]):
    """A text that stands in the database from its end to its beginning."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return value and value[::-1]

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        return value and value[::-1]


class Blank(TypeDecorator[str]):
    """NULL in the database is a dash in Python."""

    impl = String(50)
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value == "-" else value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str:
        return "-" if value is None else value


class Shouted(TypeDecorator[str]):
    """A text that SQL itself changes when it is read."""

    impl = String(50)
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.upper(column)


class Tags(TypeDecorator[frozenset[str]]):
    """A set kept as a JSON array."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, _dialect: Dialect) -> Any:
        return None if value is None else sorted(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> frozenset[str] | None:
        return None if value is None else frozenset(value)


class SentAsHex(TypeDecorator[bytes]):
    """Bytes that are sent as text: aiomysql 0.3 cannot send bytes with PyMySQL 1.2. They are read as ever."""

    impl = LargeBinary
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Any:
        return lambda value: None if value is None else value.hex()

    def bind_expression(self, bindvalue: BindParameter[Any]) -> ColumnElement[Any]:
        return func.unhex(bindvalue)

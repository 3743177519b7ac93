"""What is in the tables: the same on every machine and engine."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, text

from bench.models import Base, Customer, Line, Measurement, Order, Product

CUSTOMERS = 200
ORDERS = 1_000
LINES_OF_AN_ORDER = 5
PRODUCTS = 10_000

_STATUSES = ("placed", "paid", "shipped", "delivered")
_BEGIN = datetime(2025, 1, 1, 9, 30)

# A counter up to a million, in each engine's own words: rows that are sent would take minutes.
_COUNTED = {
    "postgresql": "SELECT n FROM generate_series(1, :rows) AS counted(n)",
    "sqlite": "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted"
    " WHERE n < :rows) SELECT n FROM counted",
    "mysql": "SELECT seq AS n FROM seq_1_to_1000000 WHERE seq <= :rows",
}


def fill(connection: Connection, *, measurements: int) -> None:
    """Make the tables and fill them.

    measurements: rows of the table that is streamed.
    """
    Base.metadata.create_all(connection)
    for table, rows in _rows().items():
        connection.execute(insert(table), rows)
    _measure(connection, measurements)
    connection.commit()
    _analyse(connection)


def _rows() -> dict[type[Base], list[dict[str, Any]]]:
    lines = [
        _line(order, number)
        for order in range(1, ORDERS + 1)
        for number in range(1, LINES_OF_AN_ORDER + 1)
    ]
    return {
        Customer: [_customer(number) for number in range(1, CUSTOMERS + 1)],
        Product: [_product(number) for number in range(1, PRODUCTS + 1)],
        Order: [_order(number, lines) for number in range(1, ORDERS + 1)],
        Line: lines,
    }


def _customer(number: int) -> dict[str, Any]:
    name = f"Customer {number}"
    return {"id": number, "name": name, "email": f"customer{number}@example.org"}


def _product(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Product {number}",
        "price": Decimal(number % 997 + 1) / 100 + 1,
        "stock": number * 7 % 250,
    }


def _line(order: int, number: int) -> dict[str, Any]:
    product = (order * 37 + number * 131) % PRODUCTS + 1
    return {
        "id": (order - 1) * LINES_OF_AN_ORDER + number,
        "order_id": order,
        "product_id": product,
        "quantity": number % 3 + 1,
        "price": _product(product)["price"],
    }


def _order(number: int, lines: list[dict[str, Any]]) -> dict[str, Any]:
    own = lines[(number - 1) * LINES_OF_AN_ORDER : number * LINES_OF_AN_ORDER]
    return {
        "id": number,
        "customer_id": number % CUSTOMERS + 1,
        "status": _STATUSES[number % len(_STATUSES)],
        "placed_at": _BEGIN + timedelta(hours=number, seconds=number * 17),
        "total": sum((line["price"] * line["quantity"] for line in own), Decimal("0.00")),
    }


def _measure(connection: Connection, rows: int) -> None:
    table = Measurement.__tablename__
    # Nothing but the names of this file is put into the text.
    filled = f"INSERT INTO {table} (id, sensor, value) SELECT n, n % 50, n % 1000"
    counted = _COUNTED[connection.dialect.name]
    connection.execute(text(f"{filled} FROM ({counted}) AS numbers"), {"rows": rows})


def _analyse(connection: Connection) -> None:
    """Let the engine look at what it has, so that it reads as a database does that is in use."""
    names = ", ".join(Base.metadata.tables)
    statement = {"mysql": f"ANALYZE TABLE {names}"}.get(connection.dialect.name, "ANALYZE")
    with connection.execution_options(isolation_level="AUTOCOMMIT"):
        result = connection.execute(text(statement))
        if result.returns_rows:
            result.all()

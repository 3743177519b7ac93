"""The tables as Piccolo has them."""

from __future__ import annotations

from piccolo.columns import ForeignKey, Integer, Numeric, Serial, Timestamp, Varchar
from piccolo.table import Table


class Customer(Table, tablename="customers"):
    """Who buys."""

    id = Serial(primary_key=True)
    name = Varchar(length=100)
    email = Varchar(length=100, unique=True)


class Order(Table, tablename="orders"):
    """What was bought at one time."""

    id = Serial(primary_key=True)
    customer = ForeignKey(Customer, db_column_name="customer_id")
    status = Varchar(length=100)
    placed_at = Timestamp()
    total = Numeric(digits=(10, 2))


class Product(Table, tablename="products"):
    """What is sold."""

    id = Serial(primary_key=True)
    name = Varchar(length=100)
    price = Numeric(digits=(10, 2))
    stock = Integer()


class Line(Table, tablename="order_lines"):
    """So many pieces of a product."""

    id = Serial(primary_key=True)
    order = ForeignKey(Order, db_column_name="order_id")
    product = ForeignKey(Product, db_column_name="product_id")
    quantity = Integer()
    price = Numeric(digits=(10, 2))


class Event(Table, tablename="events"):
    """One of very many rows that are written."""

    id = Serial(primary_key=True)
    kind = Varchar(length=100)
    product_id = Integer()
    amount = Numeric(digits=(10, 2))
    happened_at = Timestamp()


TABLES: tuple[type[Table], ...] = (Customer, Order, Product, Line, Event)

"""The tables as Tortoise has them."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Customer(Model):
    """Who buys."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100)
    email = fields.CharField(max_length=100, unique=True)
    orders: fields.ReverseRelation[Order]

    class Meta:
        table = "customers"


class Order(Model):
    """What was bought at one time."""

    id = fields.IntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "bench.Customer", related_name="orders"
    )
    status = fields.CharField(max_length=100)
    placed_at = fields.DatetimeField()
    total = fields.DecimalField(max_digits=10, decimal_places=2)
    customer_id: int
    lines: fields.ReverseRelation[Line]

    class Meta:
        table = "orders"


class Line(Model):
    """So many pieces of a product."""

    id = fields.IntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "bench.Order", related_name="lines"
    )
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField("bench.Product")
    quantity = fields.IntField()
    price = fields.DecimalField(max_digits=10, decimal_places=2)
    product_id: int

    class Meta:
        table = "order_lines"


class Product(Model):
    """What is sold."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100)
    price = fields.DecimalField(max_digits=10, decimal_places=2)
    stock = fields.IntField()

    class Meta:
        table = "products"


class Event(Model):
    """One of very many rows that are written."""

    id = fields.IntField(primary_key=True)
    kind = fields.CharField(max_length=100)
    product_id = fields.IntField()
    amount = fields.DecimalField(max_digits=10, decimal_places=2)
    happened_at = fields.DatetimeField()

    class Meta:
        table = "events"

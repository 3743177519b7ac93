"""The tables as SQLModel has them, and what it answers.

Annotations are no text here: SQLModel takes a relation's from the class as it stands.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import DateTime
from sqlalchemy.orm import registry
from sqlmodel import Field, Relationship, SQLModel


class _Base(SQLModel, registry=registry()):
    """Its own registry: the names are those of the other tables."""


class Customer(_Base, table=True):
    """Who buys."""

    __tablename__ = "customers"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100)
    email: str = Field(max_length=100)

    orders: list["Order"] = Relationship(
        back_populates="customer", sa_relationship_kwargs={"order_by": "Order.id"}
    )


class Order(_Base, table=True):
    """What was bought at one time."""

    __tablename__ = "orders"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True)
    status: str = Field(max_length=100)
    # Its own choice for a datetime would have a timezone.
    placed_at: datetime = Field(sa_type=DateTime)
    total: Decimal = Field(max_digits=10, decimal_places=2)

    customer: Customer = Relationship(back_populates="orders")
    lines: list["Line"] = Relationship(
        back_populates="order", sa_relationship_kwargs={"order_by": "Line.id"}
    )


class Line(_Base, table=True):
    """So many pieces of a product."""

    __tablename__ = "order_lines"

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="orders.id", index=True)
    product_id: int = Field(foreign_key="products.id", index=True)
    quantity: int
    price: Decimal = Field(max_digits=10, decimal_places=2)

    order: Order = Relationship(back_populates="lines")
    product: "Product" = Relationship()


class Product(_Base, table=True):
    """What is sold."""

    __tablename__ = "products"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100)
    price: Decimal = Field(max_digits=10, decimal_places=2)
    stock: int


class CustomerRead(SQLModel):
    """A customer inside of an order."""

    id: int
    name: str
    email: str


class LineRead(SQLModel):
    """A line of an order."""

    id: int
    product_id: int
    quantity: int
    price: Decimal


class OrderRead(SQLModel):
    """An order with its customer and lines."""

    id: int
    status: str
    placed_at: datetime
    total: Decimal
    customer: CustomerRead
    lines: list[LineRead]


class ProductBrief(SQLModel):
    """A product inside of a line."""

    id: int
    name: str
    price: Decimal


class LineOfOrder(SQLModel):
    """A line with its product."""

    id: int
    quantity: int
    product: ProductBrief


class OrderOfCustomer(SQLModel):
    """An order inside of a customer."""

    id: int
    status: str
    total: Decimal
    lines: list[LineOfOrder]


class CustomerWithOrders(SQLModel):
    """A customer with everything below: four levels."""

    id: int
    name: str
    orders: list[OrderOfCustomer]


class ProductRead(SQLModel):
    """A product with nothing below."""

    id: int
    name: str
    price: Decimal
    stock: int

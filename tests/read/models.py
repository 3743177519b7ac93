"""A shop: the mapped classes that the tests of reads work on.

```
Customer 1-n Order 1-n Line n-1 Product        Order n-m Tag
                   1-n Payment (CardPayment, TransferPayment in one table)
```
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Column, ForeignKey, Numeric, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


order_tags = Table(
    "order_tags",
    Base.metadata,
    Column("order_id", ForeignKey("orders.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Customer(Base):
    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(40))
    orders: Mapped[list[Order]] = relationship(
        back_populates="customer", foreign_keys="Order.customer_id", order_by="Order.id"
    )


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(back_populates="orders", foreign_keys=[customer_id])
    payer: Mapped[Customer | None] = relationship(foreign_keys=[payer_id])
    lines: Mapped[list[Line]] = relationship(back_populates="order", order_by="Line.number")
    tags: Mapped[list[Tag]] = relationship(
        secondary=order_tags, back_populates="orders", order_by="Tag.id"
    )
    payments: Mapped[list[Payment]] = relationship(order_by="Payment.id")


class Line(Base):
    """Has a key of two columns."""

    __tablename__ = "lines"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quantity: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    orders: Mapped[list[Order]] = relationship(
        secondary=order_tags, back_populates="tags", order_by="Order.id"
    )


class Payment(Base):
    """The base of a single-table inheritance."""

    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    order: Mapped[Order] = relationship(viewonly=True)

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "other"}


class CardPayment(Payment):
    digits: Mapped[str | None] = mapped_column(String(4))
    card_order: Mapped[Order] = relationship(viewonly=True)

    __mapper_args__ = {"polymorphic_identity": "card"}


class TransferPayment(Payment):
    iban: Mapped[str | None] = mapped_column(String(34))

    __mapper_args__ = {"polymorphic_identity": "transfer"}


def fill(session: Session) -> None:
    """Ada with the orders 1 and 2, Bob with 3, which is empty, and Cy without any."""
    ada, bob = Customer(id=1, name="Ada", email="ada@x"), Customer(id=2, name="Bob")
    session.add_all([ada, bob, Customer(id=3, name="Cy")])
    session.flush()
    tea, pot = Product(id=1, name="tea"), Product(id=2, name="pot")
    urgent, gift = Tag(id=1, name="urgent"), Tag(id=2, name="gift")
    session.add_all([tea, pot, urgent, gift])
    first = Order(id=1, total=Decimal("10.50"), customer=ada, tags=[urgent, gift])
    first.lines = [Line(number=1, quantity=3, product=tea), Line(number=2, quantity=1, product=pot)]
    second = Order(id=2, total=Decimal("3.00"), customer=ada, payer=bob, tags=[gift])
    second.lines = [Line(number=1, quantity=5, product=tea)]
    session.add_all([first, second, Order(id=3, total=Decimal("0.00"), customer=bob)])
    session.flush()
    session.add_all(
        [
            CardPayment(id=1, order_id=1, amount=Decimal("8.00"), digits="1234"),
            TransferPayment(id=2, order_id=1, amount=Decimal("2.50"), iban="DE1"),
            CardPayment(id=3, order_id=2, amount=Decimal("3.00"), digits="9876"),
        ]
    )

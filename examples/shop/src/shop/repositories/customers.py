"""Reads of customers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from shop.models import Customer
from shop.schemas.customer import CustomerRead
from taskbound import projection

CUSTOMER = projection(CustomerRead, Customer)


def customers(search: str | None) -> Select[Any]:
    """The customers in order of their ids.

    search: text in name, e-mail address or company; None finds all.
    """
    statement = select(Customer).order_by(Customer.id)
    return statement.where(_contains(search)) if search else statement


def _contains(search: str) -> ColumnElement[bool]:
    texts = (Customer.first_name, Customer.last_name, Customer.email, Customer.company)
    # The text is a value: its own % and _ mean themselves.
    return or_(*(text.icontains(search, autoescape=True) for text in texts))

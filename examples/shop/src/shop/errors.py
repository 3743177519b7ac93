"""What the rules of the shop refuse.

```
ShopError
├── NotFound        CustomerMissing, ProductMissing, OrderMissing, StaffMissing, CollectionMissing
├── Conflict        OutOfStock, EmailTaken, CustomerHasOrders
└── Unprocessable   KeyReused, SupportRepMissing
```

Rules know nothing of HTTP: `problems` turns these into documents.
"""

from __future__ import annotations

from typing import ClassVar


class ShopError(Exception):
    """Base of what the rules refuse. `kind` names the problem's page, `title` is its headline."""

    kind: ClassVar[str]
    title: ClassVar[str]


class NotFound(ShopError):
    """Something that was asked for does not exist."""


class Conflict(ShopError):
    """The request does not go with what the shop holds now; later it may."""


class Unprocessable(ShopError):
    """The request can be read but never be done."""


class CustomerMissing(NotFound):
    """No customer has this id."""

    kind, title = "customer-missing", "Customer not found"

    def __init__(self, customer_id: int) -> None:
        super().__init__(f"There is no customer {customer_id}.")


class ProductMissing(NotFound):
    """No product has this id."""

    kind, title = "product-missing", "Product not found"

    def __init__(self, product_id: int) -> None:
        super().__init__(f"There is no product {product_id}.")


class OrderMissing(NotFound):
    """No order has this id."""

    kind, title = "order-missing", "Order not found"

    def __init__(self, order_id: int) -> None:
        super().__init__(f"There is no order {order_id}.")


class StaffMissing(NotFound):
    """No member of staff has this id."""

    kind, title = "staff-missing", "Member of staff not found"

    def __init__(self, staff_id: int) -> None:
        super().__init__(f"There is no member of staff {staff_id}.")


class CollectionMissing(NotFound):
    """No collection has this id."""

    kind, title = "collection-missing", "Collection not found"

    def __init__(self, collection_id: int) -> None:
        super().__init__(f"There is no collection {collection_id}.")


class OutOfStock(Conflict):
    """There are fewer pieces in stock than were ordered."""

    kind, title = "out-of-stock", "Not enough in stock"

    def __init__(self, product_id: int, *, ordered: int, available: int) -> None:
        self.product_id, self.ordered, self.available = product_id, ordered, available
        super().__init__(f"Product {product_id}: {ordered} ordered, {available} in stock.")


class EmailTaken(Conflict):
    """Another customer has this e-mail address."""

    kind, title = "email-taken", "E-mail address taken"

    def __init__(self, email: str) -> None:
        super().__init__(f"Another customer has the e-mail address {email}.")


class CustomerHasOrders(Conflict):
    """A customer who has ordered cannot be deleted."""

    kind, title = "customer-has-orders", "Customer has orders"

    def __init__(self, customer_id: int) -> None:
        super().__init__(f"Customer {customer_id} has orders and cannot be deleted.")


class KeyReused(Unprocessable):
    """An idempotency key comes again with another request."""

    kind, title = "idempotency-key-reused", "Idempotency key reused"

    def __init__(self, key: str) -> None:
        super().__init__(f"The key {key!r} was used for a different order; choose a new one.")


class SupportRepMissing(Unprocessable):
    """A customer is given to a member of staff who does not exist."""

    kind, title = "support-rep-missing", "Support representative not found"

    def __init__(self, staff_id: int) -> None:
        super().__init__(f"There is no member of staff {staff_id} to look after the customer.")

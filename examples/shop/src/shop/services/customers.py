"""The rules of keeping customers."""

from __future__ import annotations

from typing import Any

from shop.errors import CustomerHasOrders, CustomerMissing, EmailTaken, SupportRepMissing
from shop.models import Customer
from shop.schemas.customer import CustomerPatch, CustomerWrite
from taskbound import Failure, ForeignKeyViolation, NotFound, Service, UniqueViolation


class CustomerDesk(Service[Customer]):
    """Keeps customers in the transaction of a session.

    What is refused is `CustomerMissing`, `EmailTaken`, `SupportRepMissing` or `CustomerHasOrders`. No rule
    asks first: the constraints of the table are asked by the statement itself, and nobody can come between.
    """

    async def before_update(self, values: CustomerWrite | CustomerPatch, key: Any) -> Any:
        """A whole customer empties what it leaves out; a patch leaves it as it is."""
        del key
        return values.model_dump() if isinstance(values, CustomerWrite) else values

    def instead_of(self, error: Failure, *, values: Any, key: Any) -> Exception:
        """The refusal of the rule that a constraint stands for."""
        match error:
            case NotFound():
                return CustomerMissing(key)
            case UniqueViolation():
                return EmailTaken(values.email)
            case ForeignKeyViolation(change="delete"):
                return CustomerHasOrders(key)
            case ForeignKeyViolation():
                return SupportRepMissing(values.support_rep_id)
            case _:
                return error

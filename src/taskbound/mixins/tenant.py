"""Rows that belong to a tenant."""

from __future__ import annotations

from typing import ClassVar

from taskbound.filters.mark import Filter, ValueFilter


class TenantOwned:
    """The filter `tenant` on `tenant_id`: each session has the rows of its own tenant alone.

    ```python
    class Invoice(TenantOwned, Base):
        __tablename__ = "invoice"
        id: Mapped[int] = mapped_column(primary_key=True)
        tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), index=True)

    async with db.filtered(tenant=7).session() as session: ...
    ```

    The column is yours to declare, since its type and its foreign key are.
    """

    __taskbound_filters__: ClassVar[tuple[Filter, ...]] = (ValueFilter("tenant", "tenant_id"),)

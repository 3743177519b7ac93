"""Where a person is reached: columns that customers and staff share."""

from __future__ import annotations

from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column


class Contact:
    """Name, address and numbers of a person. Everything that people leave out is nullable text."""

    first_name: Mapped[str] = mapped_column(sort_order=-2)
    last_name: Mapped[str] = mapped_column(sort_order=-1)
    address: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    postal_code: Mapped[str | None]
    phone: Mapped[str | None]
    fax: Mapped[str | None]

    @hybrid_property
    def name(self) -> str:
        """First and last name; in SQL as well."""
        return self.first_name + " " + self.last_name

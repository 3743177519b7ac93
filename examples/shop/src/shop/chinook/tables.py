"""What goes where: the tables and columns of the file, and those of the shop.

What a column may hold, which are keys and what they refer to is said by the shop's models alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Column, Table

from shop.models import Base

_SHOP = Base.metadata.tables


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table of the file.

    name: what the file calls it.
    target: the table of the shop that takes its rows.
    columns: for each column of the file, the shop's in `target`.
    billing: for each column that is a part of an order's address, the name of that part.
    """

    name: str
    target: Table
    columns: dict[str, str]
    billing: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The columns of the file."""
        return [*self.columns, *self.billing]

    def named(self, column: Column[object]) -> str:
        """What the file calls a column of `target`."""
        return next(name for name, key in self.columns.items() if key == column.key)


def source_of(target: Table) -> SourceTable:
    """The table of the file whose rows go into `target`."""
    return next(table for table in TABLES if table.target is target)


_ADDRESS = {
    "Address": "address",
    "City": "city",
    "State": "state",
    "Country": "country",
    "PostalCode": "postal_code",
}
_PERSON = {
    "FirstName": "first_name",
    "LastName": "last_name",
    **_ADDRESS,
    "Phone": "phone",
    "Fax": "fax",
    "Email": "email",
}

# Each table stands after those that it refers to.
TABLES = (
    SourceTable("Genre", _SHOP["categories"], {"GenreId": "id", "Name": "name"}),
    SourceTable("MediaType", _SHOP["media_types"], {"MediaTypeId": "id", "Name": "name"}),
    SourceTable("Artist", _SHOP["artists"], {"ArtistId": "id", "Name": "name"}),
    SourceTable(
        "Album", _SHOP["albums"], {"AlbumId": "id", "Title": "title", "ArtistId": "artist_id"}
    ),
    SourceTable(
        "Track",
        _SHOP["products"],
        {
            "TrackId": "id",
            "Name": "name",
            "AlbumId": "album_id",
            "MediaTypeId": "media_type_id",
            "GenreId": "category_id",
            "Composer": "composer",
            "Milliseconds": "milliseconds",
            "Bytes": "bytes",
            "UnitPrice": "price",
        },
    ),
    SourceTable(
        "Employee",
        _SHOP["staff"],
        {
            "EmployeeId": "id",
            **_PERSON,
            "Title": "title",
            "ReportsTo": "manager_id",
            "BirthDate": "birth_date",
            "HireDate": "hire_date",
        },
    ),
    SourceTable(
        "Customer",
        _SHOP["customers"],
        {"CustomerId": "id", **_PERSON, "Company": "company", "SupportRepId": "support_rep_id"},
    ),
    SourceTable(
        "Invoice",
        _SHOP["orders"],
        {
            "InvoiceId": "id",
            "CustomerId": "customer_id",
            "InvoiceDate": "placed_at",
            "Total": "total",
        },
        billing={f"Billing{name}": part for name, part in _ADDRESS.items()},
    ),
    SourceTable(
        "InvoiceLine",
        _SHOP["order_lines"],
        {
            "InvoiceLineId": "id",
            "InvoiceId": "order_id",
            "TrackId": "product_id",
            "UnitPrice": "unit_price",
            "Quantity": "quantity",
        },
    ),
    SourceTable("Playlist", _SHOP["collections"], {"PlaylistId": "id", "Name": "name"}),
    SourceTable(
        "PlaylistTrack",
        _SHOP["collection_products"],
        {"PlaylistId": "collection_id", "TrackId": "product_id"},
    ),
)

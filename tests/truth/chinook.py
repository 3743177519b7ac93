"""Models of the Chinook data set as it is, and DTOs to four levels of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pydantic
from sqlalchemy import Column, ForeignKey, Numeric, String, Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from taskbound import By, From
from tests.shop.chinook_file import plainly


class Base(DeclarativeBase):
    type_annotation_map = {str: String(250), Decimal: Numeric(10, 2)}


playlist_track = Table(
    "PlaylistTrack",
    Base.metadata,
    Column("PlaylistId", ForeignKey("Playlist.PlaylistId"), primary_key=True),
    Column("TrackId", ForeignKey("Track.TrackId"), primary_key=True),
)


class Artist(Base):
    __tablename__ = "Artist"

    id: Mapped[int] = mapped_column("ArtistId", primary_key=True)
    name: Mapped[str] = mapped_column("Name")
    albums: Mapped[list[Album]] = relationship(back_populates="artist", order_by="Album.id")


class Album(Base):
    __tablename__ = "Album"

    id: Mapped[int] = mapped_column("AlbumId", primary_key=True)
    title: Mapped[str] = mapped_column("Title")
    artist_id: Mapped[int] = mapped_column("ArtistId", ForeignKey("Artist.ArtistId"))
    artist: Mapped[Artist] = relationship(back_populates="albums")
    tracks: Mapped[list[Track]] = relationship(back_populates="album", order_by="Track.id.desc()")


class Track(Base):
    __tablename__ = "Track"

    id: Mapped[int] = mapped_column("TrackId", primary_key=True)
    name: Mapped[str] = mapped_column("Name")
    composer: Mapped[str | None] = mapped_column("Composer")
    price: Mapped[Decimal] = mapped_column("UnitPrice")
    bytes_: Mapped[int] = mapped_column("Bytes")
    album_id: Mapped[int] = mapped_column("AlbumId", ForeignKey("Album.AlbumId"))
    album: Mapped[Album] = relationship(back_populates="tracks")
    lines: Mapped[list[Line]] = relationship(back_populates="track", order_by="Line.id")
    playlists: Mapped[list[Playlist]] = relationship(
        secondary=playlist_track, back_populates="tracks", order_by="Playlist.id"
    )


class Playlist(Base):
    __tablename__ = "Playlist"

    id: Mapped[int] = mapped_column("PlaylistId", primary_key=True)
    name: Mapped[str] = mapped_column("Name")
    tracks: Mapped[list[Track]] = relationship(
        secondary=playlist_track, back_populates="playlists", order_by="Track.id"
    )


class Employee(Base):
    __tablename__ = "Employee"

    id: Mapped[int] = mapped_column("EmployeeId", primary_key=True)
    name: Mapped[str] = mapped_column("LastName")
    born: Mapped[dt.datetime] = mapped_column("BirthDate")
    boss_id: Mapped[int | None] = mapped_column("ReportsTo", ForeignKey("Employee.EmployeeId"))
    boss: Mapped[Employee | None] = relationship(back_populates="team", remote_side=[id])
    team: Mapped[list[Employee]] = relationship(back_populates="boss", order_by="Employee.id")
    customers: Mapped[list[Customer]] = relationship(
        back_populates="supporter", order_by="Customer.id"
    )


class Customer(Base):
    __tablename__ = "Customer"

    id: Mapped[int] = mapped_column("CustomerId", primary_key=True)
    name: Mapped[str] = mapped_column("LastName")
    company: Mapped[str | None] = mapped_column("Company")
    supporter_id: Mapped[int | None] = mapped_column(
        "SupportRepId", ForeignKey("Employee.EmployeeId")
    )
    supporter: Mapped[Employee | None] = relationship(back_populates="customers")
    invoices: Mapped[list[Invoice]] = relationship(
        back_populates="customer", order_by="Invoice.total.desc(), Invoice.id"
    )


class Invoice(Base):
    __tablename__ = "Invoice"

    id: Mapped[int] = mapped_column("InvoiceId", primary_key=True)
    date: Mapped[dt.datetime] = mapped_column("InvoiceDate")
    total: Mapped[Decimal] = mapped_column("Total")
    customer_id: Mapped[int] = mapped_column("CustomerId", ForeignKey("Customer.CustomerId"))
    customer: Mapped[Customer] = relationship(back_populates="invoices")
    lines: Mapped[list[Line]] = relationship(back_populates="invoice", order_by="Line.id")


class Line(Base):
    __tablename__ = "InvoiceLine"

    id: Mapped[int] = mapped_column("InvoiceLineId", primary_key=True)
    price: Mapped[Decimal] = mapped_column("UnitPrice")
    quantity: Mapped[int] = mapped_column("Quantity")
    invoice_id: Mapped[int] = mapped_column("InvoiceId", ForeignKey("Invoice.InvoiceId"))
    track_id: Mapped[int] = mapped_column("TrackId", ForeignKey("Track.TrackId"))
    invoice: Mapped[Invoice] = relationship(back_populates="lines")
    track: Mapped[Track] = relationship(back_populates="lines")


class Read(pydantic.BaseModel, from_attributes=True):
    """The base of the DTOs, which Pydantic can also make of an entity: that is the oracle."""


class LineRead(Read):
    id: int
    price: Decimal
    quantity: int


class TrackRead(Read):
    id: int
    name: str
    composer: str | None
    price: Decimal
    lines: list[LineRead]


class AlbumRead(Read):
    title: str
    tracks: list[TrackRead]


class ArtistRead(Read):
    id: int
    name: str
    albums: list[AlbumRead]


class AlbumTitle(Read):
    title: str


class SoldTrack(Read):
    name: str
    bytes_: int
    album: AlbumTitle


class SoldLine(Read):
    quantity: int
    track: SoldTrack


class InvoiceRead(Read):
    id: int
    date: dt.datetime
    total: Decimal
    lines: tuple[SoldLine, ...]


class CustomerRead(Read):
    id: int
    name: str
    company: str | None
    invoices: list[InvoiceRead]


class TeamMember(msgspec.Struct):
    name: str
    born: dt.datetime
    customers: list[CustomerName]


class CustomerName(msgspec.Struct):
    name: str
    company: str | None


class Boss(msgspec.Struct):
    id: int
    name: str
    boss: TeamMember | None
    team: list[TeamMember]


class PlaylistTrackRead(msgspec.Struct):
    name: str
    album: AlbumOfTrack


class AlbumOfTrack(msgspec.Struct):
    title: str
    artist: ArtistName


class ArtistName(msgspec.Struct):
    id: int
    name: str


class PlaylistRead(msgspec.Struct):
    id: int
    name: str
    tracks: list[PlaylistTrackRead]


class FlatTrack(msgspec.Struct, frozen=True):
    id: int
    artist: Annotated[str, From("album.artist.name")]
    album: Annotated[str, From("album.title")]


class FlatLine(msgspec.Struct):
    id: int
    buyer: Annotated[str, From("invoice.customer.name")]
    supporter: Annotated[str | None, From("invoice.customer.supporter.name")]
    boss: Annotated[str | None, From("invoice.customer.supporter.boss.name")]
    track: FlatTrack
    lists: Annotated[dict[int, PlaylistName], From("track.playlists"), By("id")]


class PlaylistName(msgspec.Struct):
    id: int
    name: str


async def fill(connection: AsyncConnection, file: Path) -> None:
    """Create the tables, and put what the file has for their columns into them."""
    await connection.run_sync(Base.metadata.create_all)
    content = plainly(file)
    for table in Base.metadata.sorted_tables:
        rows = sorted(content[table.name], key=lambda row: row.get("ReportsTo") or 0)
        await connection.execute(insert(table), [_row(table, row) for row in rows])


def _row(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {
        column.name: dt.datetime.fromisoformat(value) if column.name.endswith("Date") else value
        for column in table.columns
        for value in [row[column.name]]
    }

"""Models on which reads once went wrong."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    Double,
    ForeignKey,
    Integer,
    String,
    Table,
    Uuid,
    func,
    select,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship

from tests.truth.decorated import Blank, Shouted


class Base(DeclarativeBase):
    """The base of these models."""


listed = Table(
    "listed",
    Base.metadata,
    Column("playlist_id", ForeignKey("playlist.id"), primary_key=True),
    Column("track_id", ForeignKey("track.id"), primary_key=True),
)


class Artist(Base):
    """Has tracks, which it may have none of."""

    __tablename__ = "artist"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    tracks: Mapped[list[Track]] = relationship(back_populates="artist", order_by="Track.id")

    @hybrid_property
    def nameless(self) -> bool:
        """Whether it has no name."""
        return self.name is None

    @nameless.inplace.expression
    @classmethod
    def _nameless(cls) -> Any:
        return cls.name.is_(None)


class Track(Base):
    """Is in playlists, and of an artist or of nobody."""

    __tablename__ = "track"

    id: Mapped[int] = mapped_column(primary_key=True)
    loud: Mapped[str] = mapped_column(Shouted)
    blank: Mapped[str] = mapped_column(Blank, nullable=True)
    length: Mapped[float] = mapped_column(Double)
    uuid: Mapped[Any] = mapped_column(Uuid(native_uuid=False), nullable=True)
    artist_id: Mapped[int | None] = mapped_column(ForeignKey("artist.id"))
    artist: Mapped[Artist | None] = relationship(back_populates="tracks")
    playlists: Mapped[list[Playlist]] = relationship(secondary=listed, back_populates="tracks")


class Playlist(Base):
    """Has tracks."""

    __tablename__ = "playlist"

    id: Mapped[int] = mapped_column(primary_key=True)
    tracks: Mapped[list[Track]] = relationship(
        secondary=listed, back_populates="playlists", order_by=Track.id
    )


Artist.track_count = column_property(
    select(func.count(Track.id))
    .where(Track.artist_id == Artist.id)
    .correlate_except(Track)
    .scalar_subquery()
)


class ArrayBase(DeclarativeBase):
    """The base of the models that need PostgreSQL."""


class Shelf(ArrayBase):
    """Has boxes."""

    __tablename__ = "shelf"

    id: Mapped[int] = mapped_column(primary_key=True)
    boxes: Mapped[list[Box]] = relationship(order_by="Box.id")


class Box(ArrayBase):
    """Has numbers in one column."""

    __tablename__ = "box"

    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))
    numbers: Mapped[list[int]] = mapped_column(ARRAY(Integer))

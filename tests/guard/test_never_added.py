"""Objects that a relationship holds and nobody has added (FM-15)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Column, ForeignKey, Table, func, select
from sqlalchemy.exc import SAWarning
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

from taskbound import Database, Finding, NeverAdded, subscribe
from tests.here import here


class Base(DeclarativeBase):
    pass


labels = Table(
    "labels",
    Base.metadata,
    Column("song_id", ForeignKey("song.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Album(Base):
    __tablename__ = "album"

    id: Mapped[int] = mapped_column(primary_key=True)
    songs: Mapped[list[Song]] = relationship(back_populates="album")


class Singer(Base):
    __tablename__ = "singer"

    id: Mapped[int] = mapped_column(primary_key=True)


class Song(Base):
    __tablename__ = "song"

    id: Mapped[int] = mapped_column(primary_key=True)
    album_id: Mapped[int | None] = mapped_column(ForeignKey("album.id"))
    singer_id: Mapped[int | None] = mapped_column(ForeignKey("singer.id"))
    album: Mapped[Album | None] = relationship(back_populates="songs")
    singer: Mapped[Singer | None] = relationship(cascade="")
    tags: Mapped[list[Tag]] = relationship(secondary=labels, back_populates="songs")


class Tag(Base):
    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    songs: Mapped[list[Song]] = relationship(secondary=labels, back_populates="tags")


@pytest.fixture
async def music() -> AsyncIterator[Database]:
    """Album 1 and Song 1, which is on none."""
    async with Database("sqlite+aiosqlite://") as database:
        await database.create_all(Base.metadata)
        async with database.begin() as session:
            session.add_all([Album(id=1), Song(id=1)])
        yield database


async def count(database: Database, entity: type[Base]) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(entity)) or 0


async def test_plain_sqlalchemy_loses_it(music: Database) -> None:
    async with AsyncSession(music.engine) as session:
        Song(id=2, album=await session.get_one(Album, 1))
        with pytest.warns(SAWarning, match="not in session, add operation along 'Album.songs'"):
            await session.commit()

    assert await count(music, Song) == 1


async def test_a_child_that_was_never_added_is_refused(music: Database) -> None:
    async with music.session() as session:
        Song(id=2, album=await session.get_one(Album, 1))
        with pytest.raises(NeverAdded) as caught:
            line = here(+1)
            await session.commit()

    assert str(caught.value) == (
        f"Album.songs holds a Song that was never added to the session, so the flush at {line} would not "
        "save it; add it: session.add(...) (TB308, docs/errors/TB308.md)"
    )


async def test_so_is_a_side_of_many_to_many(music: Database) -> None:
    async with music.session() as session:
        Tag(id=1, songs=[await session.get_one(Song, 1, options=[selectinload(Song.tags)])])
        with pytest.raises(NeverAdded) as caught:
            await session.flush()

    assert (caught.value.entity, caught.value.relationship) == ("Tag", "Song.tags")


async def test_so_is_a_parent_that_no_cascade_adds(music: Database) -> None:
    async with music.session() as session:
        (await session.get_one(Song, 1)).singer = Singer(id=1)
        with pytest.raises(NeverAdded) as caught:
            await session.flush()

    assert (caught.value.entity, caught.value.relationship) == ("Singer", "Song.singer")


async def test_an_autoflush_refuses_it_too(music: Database) -> None:
    async with music.session() as session:
        Song(id=2, album=await session.get_one(Album, 1))
        with pytest.raises(NeverAdded):
            await session.scalars(select(Song))


async def test_what_is_added_is_saved(music: Database) -> None:
    async with music.begin() as session:
        album = await session.get_one(Album, 1, options=[selectinload(Album.songs)])
        session.add(Song(id=2, album=album))
        album.songs.append(Song(id=3, tags=[Tag(id=1)]))

    assert (await count(music, Song), await count(music, Tag)) == (3, 1)


async def test_what_is_taken_away_before_the_flush_is_nothing(music: Database) -> None:
    async with music.begin() as session:
        album = await session.get_one(Album, 1, options=[selectinload(Album.songs)])
        song = Song(id=2, album=album)
        song.album = None

    assert await count(music, Song) == 1


async def test_what_belongs_to_a_deleted_parent_is_nothing(music: Database) -> None:
    async with music.begin() as session:
        album = await session.get_one(Album, 1, options=[selectinload(Album.songs)])
        session.add(Song(id=2, album=album))
        await session.flush()
        await session.delete(album)

    assert await count(music, Album) == 0


async def test_it_may_be_observed_alone(music: Database) -> None:
    found: list[str] = []
    stop = subscribe(lambda finding: found.append(finding.code), Finding)
    async with music.session(guard={"TB308": "observe"}) as session:
        Song(id=2, album=await session.get_one(Album, 1))
        with pytest.warns(SAWarning):
            await session.commit()
    stop()

    assert found == ["TB308"]

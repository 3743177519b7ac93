"""An append to a collection that is not loaded loads it first."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Song(Base):
    __tablename__ = "songs"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    playlist_id: Mapped[int] = mapped_column(ForeignKey("playlists.id"))


class Playlist(Base):
    __tablename__ = "playlists"

    id: Mapped[int] = mapped_column(primary_key=True)
    songs: Mapped[list[Song]] = relationship()


async def add_song(sessions: async_sessionmaker[AsyncSession], playlist_id: int, title: str) -> None:
    async with sessions.begin() as session:
        playlist = (await session.scalars(select(Playlist).where(Playlist.id == playlist_id))).one()
        playlist.songs.append(Song(title=title))  # finds TB201

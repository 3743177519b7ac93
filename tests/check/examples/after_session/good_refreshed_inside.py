"""refresh() with the names of attributes loads them inside the block."""

from sqlalchemy import ForeignKey
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


async def titles(sessions: async_sessionmaker[AsyncSession], playlist_id: int) -> list[str]:
    async with sessions() as session:
        playlist = await session.get_one(Playlist, playlist_id)
        await session.refresh(playlist, attribute_names=["songs"])
    return [song.title for song in playlist.songs]

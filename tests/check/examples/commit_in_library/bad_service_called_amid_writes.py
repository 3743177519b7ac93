"""The caller has written on the session before it calls the service, which commits that too."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Notifier:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def tell(self, text: str) -> None:
        self.session.add(Note(text=text))
        await self.session.commit()  # finds TB717


async def rename(session: AsyncSession, note: Note, text: str) -> None:
    session.add(Note(text=f"was {note.text}"))
    note.text = text
    await Notifier(session).tell("renamed")
    await session.flush()

"""Each read is awaited, or the relationship was refreshed by name."""

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Ticket(Base):
    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))


class Board(Base):
    __tablename__ = "boards"

    id: Mapped[int] = mapped_column(primary_key=True)
    tickets: Mapped[list[Ticket]] = relationship()


async def ticket_ids(session: AsyncSession, board_id: int) -> list[int]:
    board = await session.get_one(Board, board_id)
    return [ticket.id for ticket in await board.awaitable_attrs.tickets]


async def ticket_count(session: AsyncSession, board_id: int) -> int:
    board = await session.get_one(Board, board_id)
    await session.refresh(board, ["tickets"])
    return len(board.tickets)

"""The query is behind a repository's method, and the loop in a service."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Member(Base):
    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[int]
    name: Mapped[str]


class Fee(Base):
    __tablename__ = "fees"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int]
    paid: Mapped[bool]


class MemberRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of_club(self, club_id: int) -> list[Member]:
        result = await self.session.execute(select(Member).where(Member.club_id == club_id))
        return list(result.scalars().all())


class FeeRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def unpaid(self, member_id: int) -> list[Fee]:
        result = await self.session.execute(select(Fee).where(Fee.member_id == member_id, Fee.paid.is_(False)))
        return list(result.scalars().all())


class Reminders:
    def __init__(self, members: MemberRepository, fees: FeeRepository) -> None:
        self.members = members
        self.fees = fees

    async def of_club(self, club_id: int) -> list[str]:
        reminders: list[str] = []
        for member in await self.members.of_club(club_id):
            if await self.fees.unpaid(member.id):  # finds TB205
                reminders.append(member.name)
        return reminders

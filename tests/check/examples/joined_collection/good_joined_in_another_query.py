"""A join below selectinload() is made in that query, whose rows SQLAlchemy makes unique itself."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, load_only, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Gateway(Base):
    __tablename__ = "gateways"

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("exports.id"))
    name: Mapped[str]


class Export(Base):
    __tablename__ = "exports"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    gateways: Mapped[list[Gateway]] = relationship()
    imports: Mapped[list["Import"]] = relationship(back_populates="export")


class Import(Base):
    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("exports.id"))
    export: Mapped[Export] = relationship(back_populates="imports")


async def exports(session: AsyncSession) -> list[Import]:
    statement = select(Import).options(selectinload(Import.export).joinedload(Export.gateways))
    return list((await session.execute(statement)).scalars().all())


async def names(session: AsyncSession) -> list[str]:
    statement = select(Gateway).options(load_only(Gateway.name))
    return [gateway.name for gateway in (await session.scalars(statement)).all()]


async def of_import(session: AsyncSession) -> list[Import]:
    statement = select(Import).options(joinedload(Import.export).selectinload(Export.gateways))
    return list((await session.scalars(statement)).all())

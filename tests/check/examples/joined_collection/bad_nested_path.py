"""The collection stands at the end of a chain of joins, in one option or within options()."""

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


async def imports(session: AsyncSession) -> list[Import]:
    statement = select(Import).options(joinedload(Import.export).joinedload(Export.gateways))
    return list((await session.execute(statement)).scalars().all())  # finds TB707


async def imports_within(session: AsyncSession, import_id: int) -> Import:
    result = await session.execute(
        select(Import)
        .where(Import.id == import_id)
        .options(joinedload(Import.export).options(load_only(Export.name), joinedload(Export.gateways)))
    )
    return result.scalar_one()  # finds TB707

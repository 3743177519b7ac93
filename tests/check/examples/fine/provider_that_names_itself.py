"""The alias of a dependency is also what its provider says that it returns."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

router = APIRouter()


def made(session: AsyncSession) -> object:
    return session.info


async def get_customer(session: AsyncSession) -> "Customer":
    return made(session)


Customer = Annotated[object, Depends(get_customer)]


@router.get("/customer")
async def read(customer: Customer) -> None:
    print(customer)

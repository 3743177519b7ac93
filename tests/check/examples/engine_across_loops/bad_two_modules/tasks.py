import asyncio

import dramatiq
from sqlalchemy import select

from .database import sessions
from .models import Invoice
from .printing import write_pdf


async def load(invoice_id: int) -> str:
    async with sessions() as session:
        return (await session.scalars(select(Invoice.html).where(Invoice.id == invoice_id))).one()


@dramatiq.actor
def render(invoice_id: int) -> None:
    write_pdf(asyncio.run(load(invoice_id)))  # finds TB403

"""The blocking call is in a helper that the coroutine calls."""

import smtplib
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


def send(address: str, text: str) -> None:
    message = EmailMessage()
    message["To"] = address
    message.set_content(text)
    with smtplib.SMTP("localhost") as server:
        server.send_message(message)


async def remind(sessions: async_sessionmaker[AsyncSession], user_id: int) -> None:
    async with sessions() as session:
        address = (await session.scalars(select(User.email).where(User.id == user_id))).one()
    send(address, "Your trial ends tomorrow.")  # finds TB702

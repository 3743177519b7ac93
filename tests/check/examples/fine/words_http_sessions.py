"""aiohttp's session, a bot's session, boto's Session() and a browser's session id are no database sessions."""

import asyncio

import aiohttp
import boto3
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Chat, Visit


async def notify(session: aiohttp.ClientSession, url: str, text: str) -> None:
    async with session.post(url, json={"text": text}) as answer:
        answer.raise_for_status()


async def notify_all(urls: list[str], text: str) -> None:
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(notify(session, url, text) for url in urls))


async def greet(token: str, sessions: async_sessionmaker[AsyncSession]) -> None:
    session = AiohttpSession()
    bot = Bot(token, session=session)
    async with sessions() as db:
        chats = (await db.scalars(select(Chat.number))).all()
    await asyncio.gather(*(bot.send_message(number, "Hello") for number in chats))
    await bot.session.close()


def bucket_names() -> list[str]:
    session = boto3.Session()
    return [bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]]


async def record(sessions: async_sessionmaker[AsyncSession], session_id: str, session: dict[str, str]) -> None:
    session.update(seen="yes")
    async with sessions.begin() as db:
        db.add(Visit(browser=session_id, language=session.get("language")))

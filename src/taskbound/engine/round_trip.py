"""Whether a database answers, and how fast."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from sqlalchemy import select

from taskbound.engine.holders import beside
from taskbound.engine.pool import CHECKED
from taskbound.engine.url import masked
from taskbound.errors import DatabaseUnavailable, Misuse

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncEngine

    from taskbound.driver.facts import Driver


async def answered(engine: AsyncEngine, driver: Driver | None, url: URL, timeout: float) -> float:
    """The seconds that a connection of the pool and one answer have taken together.

    timeout: seconds that both may take.

    Raises `DatabaseUnavailable` where no answer comes in that time, or an error does; misuse as it is.
    """
    started = time.monotonic()
    try:
        async with asyncio.timeout(timeout):
            # The connection comes back at once, so that nobody waits for it in vain.
            with beside():
                return await _asked(engine, driver)
    except Misuse:
        raise
    except Exception as error:
        raise DatabaseUnavailable(
            url=masked(url),
            reason=_reason(error, url, timeout),
            seconds=time.monotonic() - started,
        ) from error


async def _asked(engine: AsyncEngine, driver: Driver | None) -> float:
    started = time.monotonic()
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        if raw.info.get(CHECKED, 0) >= started:
            # The pool has just asked, because the connection had been idle.
            pass
        elif driver is not None and raw.driver_connection is not None:
            await driver.ping(raw.driver_connection)
        else:
            await connection.scalar(select(1))
    return time.monotonic() - started


def _reason(error: Exception, url: URL, timeout: float) -> str:
    """The first line of what a driver said, without the password."""
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout:g} s"
    original = getattr(error, "orig", None) or error
    said = str(original).strip().partition("\n")[0] or type(original).__name__
    return said.replace(url.password, "***") if url.password else said

"""asyncmy by hand."""

from __future__ import annotations

from typing import Any

import asyncmy

from bench.writers.driver_mysql import Mysql


class ByHand(Mysql):
    """asyncmy by hand."""

    async def made(self) -> Any:
        return await asyncmy.create_pool(
            host=self.url.host,
            port=self.url.port,
            user=self.url.username,
            password=self.url.password,
            db=self.url.database,
            minsize=1,
            maxsize=1,
            autocommit=True,
        )

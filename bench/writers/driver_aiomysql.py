"""aiomysql by hand."""

from __future__ import annotations

import aiomysql

from bench.writers.driver_mysql import Mysql


class ByHand(Mysql):
    """aiomysql by hand."""

    driver = aiomysql

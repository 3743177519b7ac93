"""asyncmy by hand."""

from __future__ import annotations

import asyncmy

from bench.writers.driver_mysql import Mysql


class ByHand(Mysql):
    """asyncmy by hand."""

    driver = asyncmy

"""Numbers that fit a column."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

# The largest INTEGER of PostgreSQL and MariaDB.
LARGEST = 2**31 - 1

# The id of a row.
Key = Annotated[int, Field(ge=1, le=LARGEST)]
PathKey = Annotated[int, Path(ge=1, le=LARGEST)]

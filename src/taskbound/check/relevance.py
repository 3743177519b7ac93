"""Which files need a parse, told from their bytes: most files of the world have nothing to do with async
SQLAlchemy.
"""

from __future__ import annotations

import re

# Names what the rules are about.
_SUBJECT = re.compile(rb"sqlalchemy|sqlmodel", re.IGNORECASE)
# May hold a part of a flow that begins elsewhere: a service, a gather, a provider. What only defines
# schemas, constants or
# plain functions is read when a name leads into it.
_PART = re.compile(rb"async def|Depends\(|asyncio\.run|add_task")


def is_subject(content: bytes) -> bool:
    """Does the file name SQLAlchemy or SQLModel?"""
    return _SUBJECT.search(content) is not None


def is_part(content: bytes) -> bool:
    """May the file be a part of a misuse, in a project that uses SQLAlchemy elsewhere?"""
    return _PART.search(content) is not None

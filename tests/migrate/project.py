"""Little projects for the tests, and what becomes of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from taskbound.migrate import Outcome, migrate

EXAMPLES = Path(__file__).parent / "examples"
# Deprecations are those of the synchronous face, and of what the examples are driven by.
_PYTHON = (sys.executable, "-W", "ignore::DeprecationWarning", "drive.py")

MODELS = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="user")
    badges: Mapped[list["Badge"]] = relationship(lazy="selectin")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship(back_populates="orders")
    log: Mapped[list["Badge"]] = relationship(lazy="dynamic")


class Badge(Base):
    __tablename__ = "badges"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
"""


def write(folder: Path, **sources: str) -> None:
    """Put modules into a folder: `models` is there always."""
    for name, source in {"models": MODELS, **sources}.items():
        (folder / f"{name}.py").write_text(dedent(source), encoding="utf-8")


def migrated(folder: Path, **sources: str) -> Outcome:
    """What becomes of modules beside the models."""
    write(folder, **sources)
    return migrate([folder])


def text_of(outcome: Outcome, name: str) -> str:
    """The new text of one module."""
    (file,) = [file for file in outcome.files if file.path.stem == name]
    return file.after


def body(folder: Path, statement: str) -> str:
    """What becomes of one statement of a function that has a session, its own lines alone."""
    lines = dedent(statement).strip().splitlines()
    source = (
        "from sqlalchemy import func\nfrom sqlalchemy.orm import Session, aliased, joinedload\n"
    )
    source += "from models import Badge, Order, User\n\n\ndef asked(db: Session, key, condition):\n"
    source += "".join(f"    {line}\n" if line else "\n" for line in lines)
    after = text_of(migrated(folder, asked=source), "asked")
    inner = after.partition("async def asked(db: AsyncSession, key, condition):\n")[2]
    return dedent(inner).strip()


def run(folder: Path) -> str:
    """What `drive.py` prints. It must end well, and say nothing of coroutines that nobody awaits."""
    done = subprocess.run(
        _PYTHON,
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "never awaited" not in done.stderr
    return done.stdout

"""What waits, who waits for it, and what is left to people."""

from __future__ import annotations

from pathlib import Path

import pytest

from taskbound.migrate import migrate
from tests.migrate.project import body, migrated, text_of

_HEAD = "from models import Order, User\nfrom sqlalchemy.orm import Session\n\n"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "class Reads:\n"
            "    def __init__(self, db: Session):\n"
            "        self.user = db.get(User, 1)\n",
            "`Reads.__init__` is called by Python itself, which awaits nothing there",
        ),
        (
            "class Reads:\n"
            "    def __init__(self, db: Session):\n"
            "        self.db = db\n\n"
            "    @property\n"
            "    def user(self):\n"
            "        return self.db.get(User, 1)\n",
            "`user` is read as an attribute, which cannot be awaited: make it a method",
        ),
        (
            "def made(db: Session):\n    return lambda key: db.get(User, key)\n",
            "a lambda cannot wait: make it a function",
        ),
        (
            "def made(db: Session, keys):\n    return (db.get(User, key) for key in keys)\n",
            "a generator expression cannot wait: make it a list",
        ),
        (
            "def logs(order: Order):\n    return order.log.all()\n",
            "`log` is lazy='dynamic', a query of its own: read it with select()",
        ),
        (
            "def paged(query):\n    return query.all()\n\n\n"
            "def asked(db: Session):\n    return paged(db.query(User))\n",
            "the session of this query is not known here: hand it over, and send the query there",
        ),
        (
            "import threading\n\n\n"
            "def work(db: Session):\n    db.commit()\n\n\n"
            "def start():\n    threading.Thread(target=work).start()\n",
            "`work` is a coroutine function now, and `threading.Thread` gets it as a function: "
            "await it yourself",
        ),
        (
            "from flask import Flask\n\napp = Flask(__name__)\n\n\n"
            '@app.route("/")\ndef index(db: Session):\n    return db.get(User, 1).name\n',
            "Flask runs `index` in an event loop of its own each time, which pooled connections do "
            "not survive: move to Quart, which has Flask's API, or to FastAPI",
        ),
        (
            "import os\n\nfrom sqlalchemy import create_engine\n\n"
            'engine = create_engine(os.environ["URL"])\n',
            "the URL of this engine comes from elsewhere: it has to name an asynchronous driver, "
            "as postgresql+asyncpg://, mysql+aiomysql:// and sqlite+aiosqlite:// do",
        ),
        (
            "def names(user: User):\n    return [order.id for order in user.orders]\n",
            "`orders` may not be loaded here, and no query is known that it comes from: load it with "
            "selectinload(User.orders)",
        ),
    ],
)
def test_what_cannot_be_done_is_listed_with_its_reason(
    tmp_path: Path, source: str, reason: str
) -> None:
    left = migrated(tmp_path, asked=_HEAD + source).left

    assert [each.reason for each in left] == [reason]


def test_a_place_is_a_path_a_line_and_a_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = _HEAD + "def made(db: Session):\n    return lambda key: db.get(User, key)\n"

    (left,) = migrated(tmp_path, asked=source).left

    assert str(left) == "asked.py:5:24: a lambda cannot wait: make it a function"


def test_a_file_that_is_no_python_is_listed_and_left(tmp_path: Path) -> None:
    (left,) = migrated(tmp_path, broken="def :\n").left

    assert left.reason == "this file is not read: invalid syntax"


def test_what_was_loaded_when_it_was_read_is_loaded_with_the_query(tmp_path: Path) -> None:
    after = body(tmp_path, "for user in db.query(User):\n    print(user.orders, user.badges)")

    assert after.startswith(
        "for user in await db.scalars(select(User).options(selectinload(User.orders))):"
    )


def test_an_option_that_is_there_is_not_put_twice(tmp_path: Path) -> None:
    query = "db.query(Order).options(joinedload(Order.user)).one()"

    assert body(tmp_path, f"order = {query}\nreturn order.user").startswith(
        "order = (await db.scalars(select(Order).options(joinedload(Order.user)))).unique().one()"
    )


def test_a_listener_of_sqlalchemy_stays_synchronous(tmp_path: Path) -> None:
    source = """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.orm import Session

    @event.listens_for(Engine, "connect")
    def connected(connection, record):
        connection.commit()

    @event.listens_for(Session, "before_flush")
    def flushing(session: Session, context, instances):
        session.query(context).all()
    """

    assert migrated(tmp_path, asked=source) == migrate([])


def test_callers_wait_and_their_callers(tmp_path: Path) -> None:
    source = """
    from models import User
    from sqlalchemy.orm import Session

    def load(db: Session):
        return db.get(User, 1)

    def name(db):
        return load(db).name

    def greet(db):
        return f"Hello {name(db)}"

    def nothing_of_it():
        return greet
    """

    after = text_of(migrated(tmp_path, asked=source), "asked")

    assert "async def name(db):\n    return (await load(db)).name\n" in after
    assert 'async def greet(db):\n    return f"Hello {await name(db)}"\n' in after
    assert "\ndef nothing_of_it():" in after


def test_words_that_mean_something_else_are_left_alone(tmp_path: Path) -> None:
    source = """
    import requests
    import sqlalchemy

    def fetch(session: requests.Session, db: dict):
        with requests.Session() as session:
            session.get("https://example.org")
            db.get("key")
            return session.close()
    """

    assert migrated(tmp_path, asked=source) == migrate([])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgres://h/d?sslmode=require", "postgresql+asyncpg://h/d?ssl=require"),
        ("postgresql+psycopg2://h/d", "postgresql+asyncpg://h/d"),
        ("mysql+pymysql://h/d", "mysql+aiomysql://h/d"),
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
    ],
)
def test_a_url_names_an_asynchronous_driver(tmp_path: Path, before: str, after: str) -> None:
    source = f'import sqlalchemy as sa\n\nengine = sa.create_engine("{before}")\n'

    outcome = migrated(tmp_path, asked=source)

    assert f'engine = create_async_engine("{after}")\n' in text_of(outcome, "asked")
    assert outcome.left == ()


def test_line_ends_and_encoding_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "asked.py"
    text = '# coding: latin-1\r\nimport sqlalchemy as sa\r\n\r\ne = sa.create_engine("sqlite:///é")\r\n'
    path.write_bytes(text.encode("latin-1"))

    (file,) = migrate([path]).files
    file.write()

    assert b'create_async_engine("sqlite+aiosqlite:///\xe9")\r\n' in path.read_bytes()


def test_a_diff_can_be_applied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = 'from sqlalchemy import create_engine\n\nengine = create_engine("sqlite://")\n'

    (file,) = migrated(tmp_path, asked=source).files

    assert file.diff().startswith("--- a/asked.py\n+++ b/asked.py\n@@ -1,3 +1,3 @@\n")

"""`session.query(...)` and its parts, a statement each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migrate.project import body, migrated

_STATEMENTS = [
    ("return db.query(User).all()", "return (await db.scalars(select(User))).all()"),
    (
        "return db.query(User).filter(User.name == key).first()",
        "return await db.scalar(select(User).where(User.name == key).limit(1))",
    ),
    (
        "return db.query(User).filter_by(name=key).one()",
        "return (await db.scalars(select(User).filter_by(name=key))).one()",
    ),
    (
        "return db.query(User).filter_by(name=key).one_or_none()",
        "return (await db.scalars(select(User).filter_by(name=key))).one_or_none()",
    ),
    ("return db.query(User).get(key)", "return await db.get(User, key)"),
    (
        "return db.query(User).options(joinedload(User.orders)).get(key)",
        "return await db.get(User, key, options=[joinedload(User.orders)])",
    ),
    (
        "return db.query(User).filter(User.id > key).count()",
        "return await db.scalar(select(func.count()).select_from(User).where(User.id > key))",
    ),
    (
        "return db.query(User).limit(key).count()",
        "return await db.scalar(select(func.count()).select_from(select(User).limit(key).subquery()))",
    ),
    (
        "return db.query(User.name, Order.id).join(Order).all()",
        "return (await db.execute(select(User.name, Order.id).join(Order))).all()",
    ),
    (
        "return db.query(User.name).first()",
        "return (await db.execute(select(User.name).limit(1))).first()",
    ),
    (
        "return db.query(func.max(User.id)).scalar()",
        "return await db.scalar(select(func.max(User.id)))",
    ),
    (
        "return db.query(User.name).filter_by(id=key).scalar()",
        "return (await db.execute(select(User.name).filter_by(id=key))).scalar_one_or_none()",
    ),
    (
        "db.query(User).filter(User.id == key).delete()",
        "await db.execute(delete(User).where(User.id == key))",
    ),
    (
        "return db.query(User).filter(User.id == key).delete(synchronize_session=False)",
        "return (await db.execute(delete(User).where(User.id == key)"
        ".execution_options(synchronize_session=False))).rowcount",
    ),
    (
        'db.query(User).filter_by(id=key).update({"name": key})',
        'await db.execute(update(User).filter_by(id=key).values({"name": key}))',
    ),
    (
        "return db.query(db.query(User).filter(User.id == key).exists()).scalar()",
        "return await db.scalar(select(select(User).where(User.id == key).exists()))",
    ),
    (
        "return db.query(User).filter(User.id.in_(db.query(Order.user_id))).all()",
        "return (await db.scalars(select(User).where(User.id.in_(select(Order.user_id))))).all()",
    ),
    (
        "return [user.name for user in db.query(User).order_by(User.id)]",
        "return [user.name for user in await db.scalars(select(User).order_by(User.id))]",
    ),
    (
        "return list(db.query(User).distinct())",
        "return list(await db.scalars(select(User).distinct()))",
    ),
    (
        "return db.query(User).first().name",
        "return (await db.scalar(select(User).limit(1))).name",
    ),
    (
        "return not db.query(User).filter_by(id=key).count() > 1",
        "return not await db.scalar(select(func.count()).select_from(User).filter_by(id=key)) > 1",
    ),
]


@pytest.mark.parametrize(("before", "after"), _STATEMENTS, ids=[b for b, _a in _STATEMENTS])
def test_a_query_becomes_a_select(tmp_path: Path, before: str, after: str) -> None:
    assert body(tmp_path, before) == after


@pytest.mark.parametrize(
    "query",
    [
        "db.query(User).join(User.orders)",
        "db.query(User).filter(User.id == Order.user_id)",
        "db.query(User).filter(condition)",
        "db.query(User).options(joinedload(User.orders))",
    ],
)
def test_what_query_has_thrown_out_twice_is_thrown_out(tmp_path: Path, query: str) -> None:
    assert body(tmp_path, f"return {query}.all()").endswith(")).unique().all()")


def test_a_query_of_several_lines_keeps_its_lines_and_comments(tmp_path: Path) -> None:
    before = """
    users = (
        db.query(User)
        # the new ones
        .filter(User.id > key)
        .all()
    )
    """

    after = body(tmp_path, before).splitlines()

    assert after == [
        "users = (",
        "    await db.scalars(",
        "        select(User)",
        "        # the new ones",
        "        .where(User.id > key)",
        "    )",
        ").all()",
    ]


def test_a_query_in_a_variable_is_sent_where_it_was(tmp_path: Path) -> None:
    before = """
    query = db.query(User)
    if key:
        query = query.filter(User.id == key)
    return query.all()
    """

    after = body(tmp_path, before).splitlines()

    assert after == [
        "query = select(User)",
        "if key:",
        "    query = query.where(User.id == key)",
        "return (await db.scalars(query)).all()",
    ]


def test_what_select_has_no_word_for_stays_and_is_listed(tmp_path: Path) -> None:
    source = """
    from models import User
    from sqlalchemy.orm import Session

    def asked(db: Session):
        return db.query(User).yield_per(10).all()
    """

    left = migrated(tmp_path, asked=source).left

    assert [each.reason for each in left] == [
        "`yield_per` of a query is not known here: write the statement with select()"
    ]


def test_a_name_that_the_file_has_otherwise_is_imported_under_another(tmp_path: Path) -> None:
    source = """
    from models import User
    from sqlalchemy.orm import Session

    def delete(db: Session, key: int):
        db.query(User).filter_by(id=key).delete()
    """

    (file,) = migrated(tmp_path, asked=source).files

    assert "from sqlalchemy import delete as sa_delete\n" in file.after
    assert "await db.execute(sa_delete(User).filter_by(id=key))" in file.after

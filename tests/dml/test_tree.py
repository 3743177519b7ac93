"""New rows with the objects of their relations: in which statements they go, and what belongs to what."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select

from taskbound import (
    Database,
    ForeignKeyViolation,
    From,
    NotNullViolation,
    RowRefused,
    UnfitType,
    UnfitValues,
    UniqueViolation,
    UnreadableField,
)
from tests.dml.blog import (
    ADA,
    BOB,
    Account,
    Author,
    Base,
    Comment,
    Dog,
    Key,
    NewAccount,
    NewAnswer,
    NewAuthor,
    NewComment,
    NewDog,
    NewOwner,
    NewPost,
    NewTag,
    Owner,
    Post,
    PostOfAuthor,
    Tag,
    Written,
    post_tags,
    two_authors,
)


@pytest.fixture
async def blog(database_url: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Database]:
    """The tables, with the tags 1 and 2, and a record of every statement."""
    async with Database(database_url, echo=True) as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with database.begin() as session:
            await session.insert_many(Tag, [{"name": "one"}, {"name": "two"}])
        caplog.clear()
        caplog.set_level(logging.INFO, logger="sqlalchemy.engine.Engine")
        yield database
        assert database.statistics().checked_out == 0


def sent(caplog: pytest.LogCaptureFixture, verb: str = "INSERT INTO ") -> list[str]:
    """The tables of the statements with a verb."""
    said = [record.getMessage() for record in caplog.records]
    return [one.removeprefix(verb).split(" ")[0].strip("`") for one in said if one.startswith(verb)]


async def test_everything_belongs_to_what_it_was_given_with(blog: Database) -> None:
    async with blog.begin() as session:
        ada = await session.insert(Author, two_authors()[0], returning=Written)

    assert ada == ADA


async def test_so_it_does_for_many_rows(blog: Database) -> None:
    async with blog.begin() as session:
        made = await session.insert_many(Author, two_authors(), returning=Written)

    assert made == [ADA, BOB]


async def test_each_table_of_a_level_is_sent_one_statement(
    blog: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with blog.begin() as session:
        await session.insert_many(Author, two_authors())

    assert sent(caplog) == [
        "authors",
        "posts",
        "comments",
        "comments",
        "tags",
        "post_tags",
        "post_tags",
        "accounts",
    ]


async def test_keys_follow_the_order_in_which_the_rows_were_given(blog: Database) -> None:
    authors = [
        NewAuthor(f"A{number}", [NewPost(f"{number}.{each}") for each in range(3)])
        for number in range(40)
    ]
    async with blog.begin() as session:
        await session.insert_many(Author, authors)
        titles = list(await session.scalars(select(Post.title).order_by(Post.id)))

    assert titles == [post.title for author in authors for post in author.posts]


async def test_a_row_that_is_in_a_relation_to_one_is_inserted_before(
    blog: Database, caplog: pytest.LogCaptureFixture
) -> None:
    posts = [PostOfAuthor(f"t{number}", NewAuthor(f"N{number}")) for number in range(3)]
    async with blog.begin() as session:
        await session.insert_many(Post, posts)
        named = (await session.execute(select(Post.title, Author.name).join(Post.author))).all()

    assert sorted(map(tuple, named)) == [("t0", "N0"), ("t1", "N1"), ("t2", "N2")]
    assert sent(caplog) == ["authors", "posts"]


async def test_the_one_row_of_a_relation_whose_key_leads_back_is_inserted_afterwards(
    blog: Database,
) -> None:
    async with blog.begin() as session:
        author = await session.insert(
            Author, NewAuthor("Ada", account=NewAccount("a")), returning=Key
        )
        owner = await session.scalar(select(Account.author_id))

    assert owner == author.id


async def test_what_a_relation_refers_to_may_be_made_by_python(blog: Database) -> None:
    async with blog.begin() as session:
        await session.insert(Comment, NewComment("a", [NewAnswer("b"), NewAnswer("c")]))
        top = (await session.scalars(select(Comment).where(Comment.text == "a"))).one()
        under = await session.scalars(
            select(Comment.text).where(Comment.parent_uid == top.uid).order_by(Comment.id)
        )

    assert list(under) == ["b", "c"]


async def test_rows_of_several_tables_keep_their_order(blog: Database) -> None:
    owners = [NewOwner("Ada", [NewDog("a"), NewDog("b")]), NewOwner("Bob", [NewDog("c")])]
    async with blog.begin() as session:
        await session.insert_many(Owner, owners)
        found = await session.execute(
            select(Owner.name, Dog.name).join(Owner.dogs).order_by(Dog.id)
        )

    assert [tuple(row) for row in found] == [("Ada", "a"), ("Ada", "b"), ("Bob", "c")]


async def test_returning_what_the_statement_returns_is_not_read_again(
    blog: Database, caplog: pytest.LogCaptureFixture
) -> None:
    class Named(BaseModel):
        name: str
        id: int

    async with blog.begin() as session:
        made = await session.insert(Author, two_authors()[0], returning=Named)

    assert made == Named(id=made.id, name="Ada")
    assert sent(caplog, "SELECT ") == []


async def test_a_key_that_is_known_is_not_read(
    blog: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with blog.begin() as session:
        dog = await session.insert(Dog, NewDog("Rex"), returning=Key)
        changed = await session.update(Dog, {"name": "Max"}, key=dog.id, returning=Key)
        tag = await session.update(Tag, {"name": "uno"}, key=1, returning=Key)

    assert (changed, tag) == (dog, Key(id=1))
    selected = [one for one in sent(caplog, "SELECT ") if "version" not in one]
    # SQLAlchemy's own, which locks a row that lies in several tables.
    assert selected in (["pets.id"], ["dogs.id"])


async def test_an_association_has_the_defaults_of_its_table(blog: Database) -> None:
    async with blog.begin() as session:
        await session.insert(Author, NewAuthor("Ada", [NewPost("a", tag_ids=[1, 2])]))
        weights = list(await session.scalars(select(post_tags.c.weight)))

    assert weights == [3, 3]


async def test_none_and_nothing_link_nothing(blog: Database) -> None:
    async with blog.begin() as session:
        await session.insert(Author, NewAuthor("Ada", [NewPost("a"), NewPost("b", tag_ids=[])]))
        linked = list(await session.scalars(select(post_tags.c.post_id)))

    assert linked == []


async def test_an_object_that_is_not_there_is_named_as_the_dto_names_it(
    blog: Database,
) -> None:
    with pytest.raises(ForeignKeyViolation) as caught:
        async with blog.begin() as session:
            await session.insert(Author, NewAuthor("Ada", [NewPost("a", tag_ids=[1, 9])]))

    # SQLite does not say which key it was.
    known = None if blog.engine.dialect.name == "sqlite" else "posts.tag_ids"
    assert caught.value.field == known


async def test_an_object_that_comes_twice_is_refused(blog: Database) -> None:
    with pytest.raises(UniqueViolation) as caught:
        async with blog.begin() as session:
            await session.insert(Author, NewAuthor("Ada", [NewPost("a", tag_ids=[1, 1])]))

    assert caught.value.table == "post_tags"


async def test_a_row_below_that_is_refused_is_named(blog: Database) -> None:
    tags: Any = [NewTag(name="x"), NewTag.model_construct(name=None)]
    with pytest.raises(NotNullViolation) as caught:
        async with blog.begin() as session:
            await session.insert(Author, NewAuthor("Ada", [NewPost("a", tags=tags)]))

    assert (caught.value.table, caught.value.field) == ("tags", "posts.tags.name")


async def test_of_many_rows_the_one_is_named_below_which_something_is_refused(
    blog: Database,
) -> None:
    authors = [NewAuthor(f"A{each}", [NewPost("a", tag_ids=[each])]) for each in (1, 2, 9, 1)]
    async with blog.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Author, authors)
        count = len((await session.scalars(select(Author))).all())

    assert (caught.value.row, count) == (2, 0)


async def test_a_patch_does_not_link() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitValues) as caught:
            await session.update(Post, NewPost("a", tag_ids=[1]), key=1)

    assert str(caught.value) == (
        "what is to be written to Post holds comments and tags and tag_ids, which are rows of their own; "
        "leave them out of the patch, and write them by themselves (TB601, docs/errors/TB601.md)"
    )


@dataclass
class ByName:
    title: str
    tags: Annotated[list[str], From("tags.name")]


@dataclass
class ByText:
    title: str
    tags: Annotated[list[str], From("tags.id")]


@dataclass
class Seen:
    title: str
    seen: list[NewTag]


@dataclass
class SeenById:
    title: str
    seen: Annotated[list[int], From("seen.id")]


@pytest.mark.parametrize(
    ("post", "error", "said"),
    [
        (
            ByName("a", ["one"]),
            UnreadableField,
            "ByName.tags names Tag by Tag.name, where post_tags holds Tag.id; ask for "
            'From("tags.id") (TB508, docs/errors/TB508.md)',
        ),
        (
            Seen("a", []),
            UnreadableField,
            "Seen.seen leads to Post.seen, which is viewonly; leave it out of what is written "
            "(TB508, docs/errors/TB508.md)",
        ),
        (
            SeenById("a", []),
            UnreadableField,
            "SeenById.seen leads to Post.seen, which is viewonly; leave it out of what is written "
            "(TB508, docs/errors/TB508.md)",
        ),
    ],
)
async def test_what_cannot_be_linked_is_refused_before_anything_is_sent(
    post: object, error: type[Exception], said: str
) -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(error) as caught:
            await session.insert(Post, post)
        began = session.in_transaction()

    assert str(caught.value) == said
    assert not began


async def test_keys_are_of_the_type_of_their_column() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitType, match=r"ByText\.tags is str, but Tag\.id"):
            await session.insert(Post, ByText("a", ["1"]))


async def test_a_database_without_returning_tells_each_key(blog: Database) -> None:
    dialect = blog.engine.dialect
    if dialect.name not in {"mysql", "mariadb"}:
        pytest.skip("the others have RETURNING")
    # As MySQL's own dialect says it; MariaDB has both.
    dialect.insert_returning = False
    async with blog.begin() as session:
        made = await session.insert_many(Author, two_authors(), returning=Written)

    assert made == [ADA, BOB]

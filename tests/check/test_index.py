"""Names, classes and mappings, read from source alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.index.facts import ClassFacts
from tests.check.project import program

if TYPE_CHECKING:
    from pathlib import Path

MODELS = """
    class Base(DeclarativeBase): ...

    class Named:
        name: Mapped[str]

    class User(Named, Base):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)
        posts: Mapped[list["Post"]] = relationship(back_populates="user", lazy="selectin")

    class Post(Base):
        __tablename__ = "posts"
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
        user: Mapped["User | None"] = relationship(back_populates="posts")
"""


def test_a_name_is_followed_through_aliases_and_re_exports(tmp_path: Path) -> None:
    made = program(
        tmp_path,
        app_models=MODELS,
        app_api="from .models import User as Person",
        app_main="from app.api import Person",
    )
    module = made.project.module("app.main")

    assert module is not None
    assert made.project.resolve(module, "Person") is made.project.named("User")


def test_a_mapped_class_has_the_columns_of_its_mixins(tmp_path: Path) -> None:
    made = program(tmp_path, app_models=MODELS)
    user = made.project.named("User")
    mapped = made.project.mapped(user) if user is not None else None

    assert mapped is not None
    assert set(mapped.columns) == {"id", "name"}


def test_a_relationship_tells_its_target_its_strategy_and_whether_it_is_a_collection(
    tmp_path: Path,
) -> None:
    made = program(tmp_path, app_models=MODELS)
    user, post = made.project.named("User"), made.project.named("Post")
    assert isinstance(user, ClassFacts)
    assert isinstance(post, ClassFacts)
    posts = made.project.mapped(user).relationships["posts"]  # type: ignore[union-attr]  # it is mapped
    back = made.project.mapped(post).relationships["user"]  # type: ignore[union-attr]  # it is mapped

    assert (posts.target, posts.many, posts.lazy) == (post, True, "selectin")
    assert (back.target, back.many, back.lazy) == (user, False, "select")


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    made = program(tmp_path, app_a="from app.b import thing", app_b="from app.a import thing")
    module = made.project.module("app.a")

    assert module is not None
    assert made.project.resolve(module, "thing") is None


def test_a_file_that_is_no_python_is_told_once(tmp_path: Path) -> None:
    made = program(tmp_path, app_broken="def (:")
    list(made.project.relevant())
    list(made.project.relevant())

    assert [(bad.path.rpartition("/")[2], bad.line) for bad in made.project.unreadable] == [
        ("broken.py", 6)
    ]

import unittest

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from blog import Base, Post, Posts, clear


class TestPosts:
    def test_written(self, session, title):
        post = Posts(session).write(title)

        assert session.get(Post, post.id).title == "Hello"

    def test_published(self, session):
        posts = Posts(session, limit=1)
        for title in ("a", "b"):
            posts.publish(posts.write(title))

        assert posts.published() == ["a"]
        assert list(posts.titles().values()) == ["a", "b"]


def test_clear(engine, session):
    Posts(session).write("old")

    assert clear(engine) == 1
    assert session.query(Post.title).all() == [("first",)]


def test_nothing_of_databases(title):
    assert title == "Hello"


class PostsTestCase(unittest.TestCase):
    def setUp(self):
        self.engine = create_engine("sqlite://")
        Base.metadata.create_all(self.engine)
        self.session = sessionmaker(self.engine)()

    def tearDown(self):
        self.session.close()
        self.engine.dispose()

    def test_titles(self):
        Posts(self.session).write("x")
        self.assertEqual(Posts(self.session).titles(), {1: "x"})

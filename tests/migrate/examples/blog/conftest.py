import pytest
from sqlalchemy.orm import Session

from blog import Base, make


@pytest.fixture
def engine(tmp_path):
    engine = make(f"sqlite:///{tmp_path}/blog.db")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture()
def session(engine):
    with Session(engine) as session:
        yield session


@pytest.fixture
def title():
    return "Hello"

"""A script without functions."""

from sqlalchemy import Column, Integer, String, create_engine
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class Note(Base):
    __tablename__ = "notes"

    id = Column(Integer, primary_key=True)
    text = Column(String)


def shout(note):
    return f"{PREFIX}{note.text.upper()}"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

PREFIX = "> "
LONG = """first
  second
"""

with Session(engine) as session:
    session.add_all([Note(text="milk"), Note(text="bread"), Note(text=LONG)])
    session.commit()

    for note in session.query(Note).filter(
        Note.text.like("%r%"),
        Note.id > 0,
    ).all():
        print(shout(note))
    note = session.query(Note).filter(Note.text == "milk").one()
    note.text = "oat milk"
    session.commit()
    print(note.text, session.query(Note).get(1).text)

"""A new object whose collection was given in its constructor reads it freely."""

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Answer(Base):
    __tablename__ = "answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    text: Mapped[str]


class Question(Base):
    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    answers: Mapped[list[Answer]] = relationship()


async def ask(sessions: async_sessionmaker[AsyncSession], text: str, answers: list[str]) -> int:
    async with sessions.begin() as session:
        question = Question(text=text, answers=[Answer(text=each) for each in answers])
        session.add(question)
        await session.flush()
        question.answers.append(Answer(text="None of these"))
        return len(question.answers)

"""The repository's methods are coroutines in name only."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Page


class Pages:
    def __init__(self, session: Session) -> None:
        self.session = session

    async def title(self, path: str) -> str | None:
        return self.session.execute(select(Page.title).where(Page.path == path)).scalar()  # finds TB714

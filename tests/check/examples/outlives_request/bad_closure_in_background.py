"""The nested coroutine takes no argument: its closure holds the session."""

from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .index import search_index
from .models import Article
from .sessions import get_session

app = FastAPI()


@app.post("/articles/{article_id}/publish")
async def publish(article_id: int, background: BackgroundTasks, db: AsyncSession = Depends(get_session)) -> dict[str, int]:
    async def reindex() -> None:
        title = await db.scalar(select(Article.title).where(Article.id == article_id))
        search_index.put(article_id, title)

    background.add_task(reindex)  # finds TB716
    return {"id": article_id}

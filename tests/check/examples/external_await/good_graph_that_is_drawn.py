"""A graph of langgraph's that is asked for its shape goes nowhere; asked for its state it reads its own store."""

from langgraph.graph import StateGraph
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Assistant

graph = StateGraph(dict).compile()


async def drawn(session: AsyncSession, number: int) -> dict[str, object]:
    name = await session.scalar(select(Assistant.name).where(Assistant.id == number))
    shape = await graph.aget_graph(xray=True)
    below = [space async for space, _ in graph.aget_subgraphs(recurse=True)]
    return {"name": name, "graph": shape.to_json(), "below": below}

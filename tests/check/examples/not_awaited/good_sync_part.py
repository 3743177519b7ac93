"""The synchronous session within has nothing to await."""

from sqlalchemy.ext.asyncio import AsyncSession


class AppSession(AsyncSession):
    def forget(self) -> None:
        self.sync_session.close()


def forget(session: AsyncSession) -> None:
    session.sync_session.flush()

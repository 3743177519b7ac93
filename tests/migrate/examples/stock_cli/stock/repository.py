import abc
from typing import Generic, List, Optional, Type, TypeVar

from sqlalchemy.orm import Query, Session

from stock import orm

T = TypeVar("T", bound=orm.Base)


class AbstractRepository(abc.ABC):
    def __init__(self):
        self.seen = set()

    def add(self, product: orm.Product):
        self._add(product)
        self.seen.add(product)

    def get(self, sku: str) -> Optional[orm.Product]:
        product = self._get(sku)
        if product:
            self.seen.add(product)
        return product

    @abc.abstractmethod
    def _add(self, product: orm.Product):
        raise NotImplementedError

    @abc.abstractmethod
    def _get(self, sku: str) -> Optional[orm.Product]:
        raise NotImplementedError


class SqlAlchemyRepository(AbstractRepository):
    def __init__(self, session: Session):
        super().__init__()
        self.session = session

    def _add(self, product):
        self.session.add(product)

    def _get(self, sku):
        return self.session.query(orm.Product).filter_by(sku=sku).first()

    def _ordered(self) -> Query:
        return self.session.query(orm.Product).order_by(orm.Product.sku)

    def list(self) -> List[orm.Product]:
        return self._ordered().all()

    def stocked(self):
        return [product for product in self._ordered() if product.batches]


class Store(Generic[T]):
    """A repository for whatever class it is given."""

    def __init__(self, session: Session, model: Type[T]):
        self.session = session
        self.model = model

    def get(self, key) -> Optional[T]:
        return self.session.get(self.model, key)

    def all(self) -> List[T]:
        return self.session.query(self.model).all()

    def delete(self, instance: T) -> None:
        self.session.delete(instance)

from sqlalchemy import create_engine
from sqlalchemy.orm import declarative_base, sessionmaker, relationship, Session
from sqlalchemy import Column, ForeignKey, Integer, String

from stock.settings import settings

Base = declarative_base()
engine = create_engine(settings.database_url)
DEFAULT_SESSION_FACTORY = sessionmaker(
    bind=engine,
    autoflush=False,
)


class Product(Base):
    __tablename__ = "products"
    sku = Column(String, primary_key=True)
    version = Column(Integer, nullable=False, default=0)
    batches = relationship("Batch", backref="product", order_by="Batch.id")


class Batch(Base):
    __tablename__ = "batches"
    id = Column(Integer, primary_key=True)
    reference = Column(String)
    sku = Column(ForeignKey("products.sku"))
    quantity = Column(Integer)

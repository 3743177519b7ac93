from stock.orm import Batch, Product
from stock.unit_of_work import UnitOfWork


def add_batch(reference: str, sku: str, quantity: int, uow: UnitOfWork) -> None:
    with uow:
        product = uow.products.get(sku)
        if product is None:
            product = Product(sku=sku)
            uow.products.add(product)
            uow.session.flush()
        uow.session.add(Batch(reference=reference, sku=sku, quantity=quantity))
        uow.commit()


def import_batches(rows: list[tuple[int, str, int]], uow: UnitOfWork) -> int:
    with uow:
        uow.session.bulk_save_objects([Batch(reference=f"R{n}", sku=sku, quantity=q) for n, sku, q in rows])
        uow.commit()
        return len(uow.batches.all())


def overview(uow: UnitOfWork) -> dict[str, list[str]]:
    with uow:
        return {
            product.sku: [f"{batch.reference}={batch.quantity}" for batch in product.batches]
            for product in uow.products.list()
        }


def stocked(uow: UnitOfWork) -> list[str]:
    with uow:
        return sorted(product.sku for product in uow.products.stocked())


def drop_batch(key: int, uow: UnitOfWork) -> str:
    with uow:
        batch = uow.batches.get(key)
        sku = batch.sku
        uow.batches.delete(batch)
        uow.commit()
    return sku

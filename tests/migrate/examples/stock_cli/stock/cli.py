"""The commands."""

from typing import Annotated

import typer

from stock import services
from stock.orm import Base, engine
from stock.unit_of_work import UnitOfWork

app = typer.Typer()


@app.command()
def init() -> None:
    """Make the tables."""
    Base.metadata.create_all(engine)
    typer.echo("made")


@app.command()
def add(reference: str, sku: str, quantity: Annotated[int, typer.Option("--quantity", "-q", help="How many")] = 1):
    """Add a batch."""
    services.add_batch(reference, sku, quantity, UnitOfWork())
    typer.echo(f"added {reference}")


@app.command()
def bulk(sku: str, *, count: int = 3) -> int:
    rows = [(n, sku, n * n) for n in range(count)]
    total = services.import_batches(rows, UnitOfWork())
    typer.echo(f"{total} batches")
    return total


@app.command("show")
def show_all() -> None:
    for sku, batches in services.overview(UnitOfWork()).items():
        typer.echo(f"{sku}: {', '.join(batches)}")
    typer.echo(f"stocked: {services.stocked(UnitOfWork())}")


@app.command()
def drop(key: int) -> None:
    typer.echo(f"dropped one of {services.drop_batch(key, UnitOfWork())}")


if __name__ == "__main__":
    app()

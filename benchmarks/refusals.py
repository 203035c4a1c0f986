"""How long a hostile document takes to be refused, by its length: `python -m benchmarks.refusals`.

CPU time of one process, without MongoDB: nothing that is refused gets that far.
"""

import time

import click

from schema.build import build
from tests.engine.requests.floods import FLOODS, judged

SIZES = (10, 20, 40, 80, 160, 320, 640, 1280)
REPEATED = 3


@click.command(help=__doc__)
@click.option("--family", "families", multiple=True, type=click.Choice(list(FLOODS)))
def main(families: tuple[str, ...]) -> None:
    """Prints a line for each family of documents and each length."""
    schema = build()
    judged(schema, "{ __typename }")
    click.echo(f"{'family':<36}{'bytes':>9}{'ms':>9}{'ms/KB':>9}  answer")
    for family in families or FLOODS:
        for size in SIZES:
            query, best = FLOODS[family](size), float("inf")
            for _ in range(REPEATED):
                started = time.process_time()
                said = judged(schema, query)
                best = min(best, (time.process_time() - started) * 1000)
            per_kb = best / len(query) * 1024
            click.echo(f"{family:<36}{len(query):>9}{best:>9.1f}{per_kb:>9.2f}  {said[:60]}")


if __name__ == "__main__":
    main()

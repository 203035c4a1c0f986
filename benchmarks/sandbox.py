"""How long a sandbox takes until it is ready, and how long a reset takes.

    python -m benchmarks.sandbox [--seed-size N]

Prints a line for the first start, which loads, for later ones, and for resets after a write.
"""

import json
import subprocess
import sys
import time
from statistics import median
from urllib.request import Request, urlopen

import click
import psutil

WRITE = """mutation {
  createParty(input: {key: "telno", kind: COMPANY, name: "Telno", accept: true}) {
    userErrors { message }
  }
}"""


@click.command()
@click.option("--seed-size", default=0, help="An invented store of so many commitments.")
@click.option("--starts", default=5, show_default=True)
@click.option("--resets", default=20, show_default=True)
def main(seed_size: int, starts: int, resets: int) -> None:
    """Measures, and prints seconds and milliseconds."""
    options = ["--seed-size", str(seed_size)] if seed_size else []
    for n in range(starts):
        began = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "api.cli", "sandbox", *options],
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            seconds = time.perf_counter() - began
            spent = psutil.Process(process.pid).cpu_times()
            click.echo(
                f"start {n + 1}: ready after {seconds:.2f} s, of which "
                f"{spent.user + spent.system:.2f} s were CPU of the program"
            )
            if n == starts - 1:
                taken = [_reset(told) for _ in range(resets)]
                click.echo(f"reset: median {median(taken):.0f} ms, most {max(taken):.0f} ms")
            process.terminate()


def _reset(told: dict[str, object]) -> float:
    """The milliseconds of a reset after a write."""
    tokens = told["tokens"]
    assert isinstance(tokens, dict)
    headers = {"content-type": "application/json", "authorization": f"Bearer {tokens['EDITOR']}"}
    asked = Request(str(told["graphql"]), json.dumps({"query": WRITE}).encode(), headers)
    with urlopen(asked) as answer:
        assert json.load(answer)["data"]["createParty"]["userErrors"] == []
    began = time.perf_counter()
    with urlopen(Request(f"{told['url']}/sandbox/reset", b"")) as answer:
        assert json.load(answer)["restored"] > 0
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()

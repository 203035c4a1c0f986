"""Has an article read, and prints what is proposed of it: a client to begin yours with.

Sends a file, waits until it is read, and prints each proposal with its reasons and words. Nothing
is written but the intake. Needs httpx2, and the token of a PROPOSER in FOLLOWTHROUGH_TOKEN.
docs/intake.md goes on from here.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
from graphql_client import Client

READ = """query Reads($key: String!) {
  intake(by: {key: $key}) {
    state step failure { code message } warnings openCount
    proposals(first: 100) {
      nodes { key kind confidence reasons draft spans { exact } needs { key } }
    }
  }
}"""


def upload(url: str, token: str, file: Path) -> str:
    """Uploads a file; the key by which `submitArticle` takes it."""
    try:
        response = httpx2.post(
            f"{url}/intake/files",
            params={"name": file.name},
            content=file.read_bytes(),
            headers={"authorization": f"Bearer {token}"},
            timeout=70,
        )
    except httpx2.RequestError as error:
        sys.exit(f"{url} does not answer ({error}); `make serve` starts a server")
    answer = response.json()
    if response.status_code != 201:
        sys.exit("\n".join(error["message"] for error in answer["errors"]))
    return str(answer["file"])


def wait_until_read(client: Client, key: str) -> Any:
    """The intake, when it was read; ends the program if it cannot be."""
    while True:
        intake = client.send(READ, key=key)["intake"]
        if intake["state"] == "READY":
            return intake
        if intake["state"] in ("FAILED", "CANCELLED"):
            failure = intake["failure"] or {"code": intake["state"], "message": ""}
            sys.exit(f"{failure['code']}: {failure['message']}")
        time.sleep(0.5)


def main() -> None:
    """Reads the arguments, and does it."""
    sys.stdout.reconfigure(encoding="utf-8")  # the record has letters that a locale may lack
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--published", help="the day of the article, such as 2024-05-02")
    options = parser.parse_args()
    token = os.environ.get("FOLLOWTHROUGH_TOKEN")
    if not token:
        sys.exit("set FOLLOWTHROUGH_TOKEN; `followthrough token create` makes one")
    given: dict[str, Any] = {"file": upload(options.url, token, options.file)}
    if options.published:
        given["article"] = {"datePublished": {"edtf": options.published}}
    client = Client(options.url, token)
    payload = client.write("submitArticle", given, "intake { key } isNew")
    intake = wait_until_read(client, payload["intake"]["key"])
    for warning in intake["warnings"]:
        print(f"note: {warning}")
    for proposal in intake["proposals"]["nodes"]:
        needs = f", after {len(proposal['needs'])} others" if proposal["needs"] else ""
        print(f"\n{proposal['kind']}, {proposal['confidence']}{needs}: {proposal['key']}")
        print(f"  {'; '.join(proposal['reasons'])}")
        for span in proposal["spans"]:
            print(f"  “{' '.join(span['exact'].split())}”")
    print(f"\n{intake['openCount']} proposals wait for a decision")


if __name__ == "__main__":
    main()

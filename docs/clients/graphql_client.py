"""A client of the API in two functions, which the other scripts here use.

It needs httpx2, which `make serve` installs.
"""

import sys
from collections.abc import Mapping
from typing import Any

import httpx2


class Client:
    """Sends operations, each with the version of the data that its answer must include, so that
    it reads what it wrote, whichever process answers.
    """

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx2.Client(headers={"authorization": f"Bearer {token}"}, timeout=70)
        self._url = f"{url}/graphql"
        self._version = 0

    def send(self, query: str, **variables: Any) -> Any:
        """The data of an answer. Ends the program where there are errors, or no answer."""
        body = {
            "query": query,
            "variables": variables,
            "extensions": {"minDataVersion": self._version},
        }
        try:
            answer = self._http.post(self._url, json=body).json()
        except httpx2.RequestError as error:
            sys.exit(f"{self._url} does not answer ({error}); `make serve` starts a server")
        if "errors" in answer:
            sys.exit("\n".join(error["message"] for error in answer["errors"]))
        self._version = answer["extensions"]["dataVersion"]
        return answer["data"]

    def write(
        self, name: str, given: Mapping[str, Any], select: str = "", *, expected: str | None = None
    ) -> Any:
        """The payload of a mutation. Ends the program with what is wrong with the input, but for a
        user error whose code is `expected`.
        """
        capital = name[0].upper() + name[1:]
        query = f"""mutation Writes($input: {capital}Input!) {{
          {name}(input: $input) {{ {select} userErrors {{ code path message suggestions }} }}
        }}"""
        payload = self.send(query, input=given)[name]
        wrong = [error for error in payload["userErrors"] if error["code"] != expected]
        if wrong:
            sys.exit("\n".join(f"{e['path']}: {e['message']} {e['suggestions']}" for e in wrong))
        return payload

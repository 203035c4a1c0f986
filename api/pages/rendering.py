"""React in a V8 of our own: renders the reading pages with the components that browsers run.

One isolate serves a process, used by one thread, which is made when the first page is asked for. It
has a time and a memory limit, and a new one takes its place when it fails. See decision 51.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

logger = logging.getLogger(__name__)

SECONDS: Final = 5.0
"""How long one step may take, in seconds: a hundred rows take some hundredths of one."""
MEMORY: Final = 256 * 1024 * 1024
"""How many bytes the isolate may have in use."""

_ANY_THREAD: Final = "--no-memory-protection-keys"
"""V8 guards its code by keys of the processor that only children of the thread that began V8 hold;
another thread that makes an isolate can end the process by a segmentation fault. See
https://issues.chromium.org/issues/360909072.
"""


class CannotRender(Exception):
    """The server renders no pages: V8 or the bundle is not there, or it failed with this one."""


class Renderer:
    """Renders pages by the bundle that `make workbench` builds."""

    def __init__(self, bundle: Path) -> None:
        self._bundle = bundle
        self._thread = ThreadPoolExecutor(1, "rendering")
        self._isolate: MiniRacer | None = None
        self._lacks = ""

    async def step(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What `step` in web/src/reading/server.tsx answers: `question` or `page`. Raises
        CannotRender.
        """
        if self._lacks:
            raise CannotRender(self._lacks)
        text = orjson.dumps(asked).decode()
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._thread, self._call, text)
        step: dict[str, Any] = orjson.loads(answer)
        return step

    def close(self) -> None:
        """Ends the thread and the isolate."""
        self._thread.submit(self._forget)
        self._thread.shutdown(wait=True)

    def _call(self, text: str) -> str:
        isolate = self._isolate or self._start()
        try:
            # JSON in a string of JSON: V8 parses that faster than the same as a script.
            script = f"reading.step({orjson.dumps(text).decode()})"
            answer = isolate.eval(script, timeout_sec=SECONDS)
        except Exception as error:
            logger.exception("A page could not be rendered; the browser will do it")
            self._forget()
            raise CannotRender(str(error)) from error
        assert isinstance(answer, str)
        return answer

    def _start(self) -> "MiniRacer":
        try:
            from py_mini_racer import DEFAULT_V8_FLAGS, MiniRacer, init_mini_racer

            init_mini_racer(flags=(*DEFAULT_V8_FLAGS, _ANY_THREAD), ignore_duplicate_init=True)
            source = self._bundle.read_text(encoding="utf-8")
        except (ImportError, OSError, RuntimeError) as error:
            # Said once: this will not change while the process runs.
            self._lacks = f"pages are rendered by browsers alone: {error}"
            logger.warning(self._lacks)
            raise CannotRender(self._lacks) from error
        isolate = MiniRacer()
        isolate.set_hard_memory_limit(MEMORY)
        isolate.eval(source, timeout_sec=SECONDS)
        self._isolate = isolate
        return isolate

    def _forget(self) -> None:
        isolate, self._isolate = self._isolate, None
        if isolate is not None:
            isolate.close()


def compose(
    template: str,
    given: Mapping[str, Any],
    page: Mapping[str, Any] | None,
    head: str,
    plain: str = "",
) -> bytes:
    """An HTML page in UTF-8, from the built `reading.html`. `page` is what was rendered; without
    one, the browser does it, and where no script runs there is `plain`. `head` is HTML for its
    head.
    """
    language = given["language"]
    direction = page["direction"] if page is not None else "ltr"
    title = f"{page['title']} \u2013 {given['site']['name']}" if page else given["site"]["name"]
    lines = [f"<title>{escape(title)}</title>"]
    if page is not None and page["isUnlisted"]:
        lines.append('<meta name="robots" content="noindex">')
    if page is not None and page["description"]:
        lines.append(f'<meta name="description" content="{escape(page["description"])}">')
    # No `<` may stand in it, or a text could end the script.
    data = orjson.dumps(page["given"] if page is not None else given).decode()
    script = data.replace("<", "\\u003c")
    html = template.replace('<html lang="en">', f'<html lang="{language}" dir="{direction}">', 1)
    html = html.replace("<title>Followthrough</title>", "\n    ".join([*lines, head]), 1)
    body = (
        f'<div id="reading">{page["html"] if page is not None else ""}</div>\n'
        f'    <script type="application/json" id="given">{script}</script>'
    )
    if page is not None or plain:
        instead = f"\n    <noscript>{plain}</noscript>" if page is None else ""
        html = _NOSCRIPT.sub(lambda _found: instead, html, count=1)
    return html.replace('<div id="reading"></div>', body, 1).encode()


_NOSCRIPT = re.compile(r"\s*<noscript>.*?</noscript>", re.DOTALL)
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def escape(text: str) -> str:
    """A text escaped for a page, without characters that turn the letters after them."""
    return _TURNING.sub("", text).translate(_ESCAPED)

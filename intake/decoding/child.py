"""The process that opens one page, PDF or e-mail: bytes in, JSON out, limits are set first.

`python -m intake.decoding.child KIND SECONDS BYTES` writes `{text, published_on, notes}` or
`{code, message}`.
"""

import io
import json
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any

from intake.refusals import RefusalCode

MOST_PAGES = 200
"""The most pages of a PDF that are read."""

_NOT_INSTALLED = (
    "HTML and PDF need more packages: pip install 'followthrough[intake]', or paste the text"
)


def main(kind: str, seconds: str, memory: str) -> None:
    """Sets the limits, reads the file from standard input, writes what was found."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    content = sys.stdin.buffer.read()
    try:
        found = _READERS[kind](content)
    except ModuleNotFoundError:
        found = _refuse(RefusalCode.NOT_INSTALLED, _NOT_INSTALLED)
    except (MemoryError, RecursionError, ImportError):
        # A library that does not fit into the memory cannot be imported.
        found = _refuse(
            RefusalCode.TOOK_TOO_LONG, "the file took more memory than it is given; save the text"
        )
    sys.stdout.write(json.dumps(found))


def _refuse(code: RefusalCode, message: str) -> dict[str, Any]:
    return {"code": code.value, "message": message}


def _read_page(content: bytes) -> dict[str, Any]:
    from intake.decoding.pages import read_page

    return read_page(content)


def _read_mail(content: bytes) -> dict[str, Any]:
    from intake.decoding.mail import read_mail

    return read_mail(content)


def _read_pdf(content: bytes) -> dict[str, Any]:
    """The text of a PDF, page after page."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(io.BytesIO(content))
        if len(document) > MOST_PAGES:
            return _refuse(
                RefusalCode.TOO_LONG,
                f"the PDF has {len(document):,} pages, at most {MOST_PAGES} are read; "
                "save the pages of the article",
            )
        pages = [page.get_textpage().get_text_range() for page in document]
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            return _refuse(RefusalCode.LOCKED_FILE, "the PDF needs a password; save it without one")
        return _refuse(RefusalCode.BROKEN_FILE, "the PDF cannot be opened; save it again")
    text = "\n\n".join(page.replace("\r\n", "\n") for page in pages).strip()
    if not text:
        return _refuse(
            RefusalCode.NO_TEXT_IN_FILE,
            "the PDF holds pictures of pages and no text; have it read by OCR, or type the text",
        )
    return {"text": text, "published_on": None, "notes": []}


_READERS: Mapping[str, Callable[[bytes], dict[str, Any]]] = {
    "HTML": _read_page,
    "PDF": _read_pdf,
    "EMAIL": _read_mail,
}


if __name__ == "__main__":
    main(*sys.argv[1:])

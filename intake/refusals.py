"""Why an article is not read: a code for programs, and a sentence that says what would be right."""

from collections.abc import Sequence

from store.records.enums import Described


class RefusalCode(Described):
    """Why an article cannot be read."""

    EMPTY_TEXT = "EMPTY_TEXT", "There are no sentences to read."
    TOO_LONG = "TOO_LONG", "The text is longer than what is read at once."
    LANGUAGE_NOT_SUPPORTED = "LANGUAGE_NOT_SUPPORTED", "There are no rules for this language."
    LOOKS_TRUNCATED = "LOOKS_TRUNCATED", "Only the beginning of an article is there."
    UNKNOWN_FORMAT = "UNKNOWN_FORMAT", "The file is neither text, HTML, PDF nor an e-mail."
    NOT_INSTALLED = "NOT_INSTALLED", "What reads this format is not installed."
    BROKEN_FILE = "BROKEN_FILE", "The file cannot be opened as what it begins as."
    LOCKED_FILE = "LOCKED_FILE", "The file needs a password."
    NO_TEXT_IN_FILE = "NO_TEXT_IN_FILE", "The file holds pictures of text, and no text."
    TOO_LARGE = "TOO_LARGE", "The file is larger than what is opened."
    TOOK_TOO_LONG = "TOOK_TOO_LONG", "It took more time or memory than it is given."
    FILE_GONE = "FILE_GONE", "The uploaded file is no longer kept."
    READER_FAILED = "READER_FAILED", "Reading it failed: a fault of this program."


class Refused(ValueError):
    """An article was not read; `code` says why, the message what would be right. `published` is
    its day as EDTF, and `parties` are stored ones that it names, where so much can be told of it.
    """

    def __init__(
        self,
        code: RefusalCode,
        message: str,
        published: str | None = None,
        parties: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.published = published
        self.parties = tuple(parties)

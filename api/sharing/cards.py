"""The picture of a page for link previews: 1200 by 630 pixels, with a title, where it stands, the
day, the source and the address drawn in.

Texts are shaped by HarfBuzz and ordered by FriBidi, so that Urdu stands as it is read. The font has
Latin letters and those of Arabic, Persian and Urdu; others are drawn as boxes.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont
from starlette.concurrency import run_in_threadpool

from api.pages.routes import DIST
from store.bounds import Lru

FONTS: Final = DIST / "fonts"

SIZE: Final = (1200, 630)
_EDGE: Final = 72
_INK, _SOFT, _GROUND, _ACCENT, _ALARM = "#1b2430", "#55606e", "#ffffff", "#17566d", "#9a3c00"

COLOURS: Final[Mapping[str, str]] = {
    "NO_FOLLOW_UP": "#e3e6ea",
    "REAFFIRMED": "#a9d7f5",
    "IN_PROGRESS": "#94dcc6",
    "PARTLY_FULFILLED": "#4fbf9b",
    "FULFILLED": "#17a67c",
    "STALLED": "#f6cb7c",
    "BROKEN": "#f29a72",
    "SUPERSEDED": "#e0b1cd",
    "WITHDRAWN": "#c8c1b5",
    "DECLINED": "#d9a79a",
    "NOTED": "#d8d9c4",
    "NOT_TRACKABLE": "#f7f7f8",
}
"""The light colours of web/src/timeline/status.css; a test holds that they are the same."""

_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


class NoFont(Exception):
    """The pages have not been built, and the font is one of their files."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A word in a rounded box, on this colour; without one, in an outline."""

    text: str
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What is drawn, from the top down."""

    kicker: str
    title: str
    badges: tuple[Badge, ...]
    lines: tuple[str, ...]
    source: str
    address: str


class Cards:
    """Draws pictures, and keeps the latest: a link that is shared is asked for by every network and
    every reader's program, and looks alike to all.
    """

    def __init__(self) -> None:
        self._kept: Lru[Card, bytes] = Lru("pictures of pages")

    async def draw(self, card: Card) -> bytes:
        """The picture as PNG. Raises NoFont."""
        kept = self._kept.get(card)
        if kept is None:
            kept = await run_in_threadpool(draw_card, card)
            self._kept.put(card, kept, len(kept))
        return kept


def draw_card(card: Card) -> bytes:
    """The picture as PNG. Blocks for some tens of milliseconds. Raises NoFont."""
    image = Image.new("RGB", SIZE, _GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 14), fill=_ACCENT)
    y = _draw_lines(draw, [card.kicker], _font(28), 60, _SOFT, 40)
    title, size = _fit_title(card.title)
    y = _draw_lines(draw, title, _font(size, bold=True), y + 12, _INK, round(size * 1.3))
    if card.badges:
        y = _draw_badges(draw, card.badges, y + 18)
    y += 20
    for text in card.lines:
        room = (SIZE[1] - 100 - y) // 40
        if room > 0:
            y = _draw_lines(draw, _wrap(text, _font(28), min(3, room)), _font(28), y, _INK, 40)
    draw.line((_EDGE, SIZE[1] - 96, SIZE[0] - _EDGE, SIZE[1] - 96), fill="#dfe4ea", width=2)
    _draw_lines(draw, [card.source], _font(28, bold=True), SIZE[1] - 76, _ACCENT, 40)
    address = _wrap(card.address, _font(24), 1)[0]
    draw.text((SIZE[0] - _EDGE, SIZE[1] - 72), address, _SOFT, _font(24), anchor="ra")
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def _fit_title(text: str) -> tuple[list[str], int]:
    """The title in at most three lines, as large as that allows."""
    for size in (60, 52, 44):
        lines = _wrap(text, _font(size, bold=True), 4)
        if len(lines) <= 3:
            return lines, size
    return _wrap(text, _font(44, bold=True), 3), 44


def _wrap(text: str, font: ImageFont.FreeTypeFont, most: int) -> list[str]:
    """The text in lines as wide as the picture; what is beyond the last one is an ellipsis."""
    width = SIZE[0] - 2 * _EDGE
    lines: list[str] = []
    words = _TURNING.sub("", text).split()
    while words and len(lines) < most:
        line = words.pop(0)
        while words and font.getlength(f"{line} {words[0]}") <= width:
            line = f"{line} {words.pop(0)}"
        is_cut = bool(words) and len(lines) == most - 1
        while font.getlength(line + "…" * is_cut) > width:
            # A single word that is too long, such as an address.
            line, is_cut = line[:-1], True
        lines.append(line.rstrip() + "…" * is_cut)
    return lines or [""]


def _draw_lines(
    draw: ImageDraw.ImageDraw,
    lines: Sequence[str],
    font: ImageFont.FreeTypeFont,
    y: int,
    colour: str,
    height: int,
) -> int:
    """Draws lines below each other from `y` on; where the next would stand. A text that is read
    from right to left stands at the right edge, by its first letter that has a direction.
    """
    is_right = _is_right_to_left(" ".join(lines))
    x, anchor = (SIZE[0] - _EDGE, "ra") if is_right else (_EDGE, "la")
    for line in lines:
        direction = "rtl" if is_right else "ltr"
        draw.text((x, y), line, colour, font, anchor=anchor, direction=direction)
        y += height
    return y


def _is_right_to_left(text: str) -> bool:
    first = next((letter for letter in text if letter.isalpha()), "")
    return bool(_RIGHT_TO_LEFT.match(first))


def _draw_badges(draw: ImageDraw.ImageDraw, badges: Sequence[Badge], y: int) -> int:
    font, x = _font(30), _EDGE
    for badge in badges:
        width = round(font.getlength(badge.text)) + 48
        box = (x, y, x + width, y + 54)
        outline = _SOFT if badge.colour else _ALARM
        draw.rounded_rectangle(box, 27, fill=badge.colour or _GROUND, outline=outline, width=2)
        ink = _INK if badge.colour else _ALARM
        draw.text((x + 24, y + 27), badge.text, ink, font, anchor="lm")
        x += width + 16
    return y + 54


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font in pixels. Raises NoFont."""
    file: Path = FONTS / ("Vazirmatn-Bold.ttf" if bold else "Vazirmatn-Regular.ttf")
    try:
        return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.RAQM)
    except OSError:
        raise NoFont from None

"""Draws what was sampled over time as an SVG: one chart for each quantity, on one scale of time."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT, GAP, LEFT, RIGHT = 732, 90, 34, 64, 28
TICKS = 5


class Chart(NamedTuple):
    """A quantity: what it is called, and its value at each moment."""

    title: str
    values: Sequence[float]


def draw_charts(title: str, minutes: Sequence[float], charts: Sequence[Chart]) -> str:
    """The picture. Each chart begins at 0, so that growth is seen for what it is; `minutes` are
    the moments of all values, ascending.
    """
    height = GAP * 2 + len(charts) * (HEIGHT + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12">',
        # A ground of its own: where pages are dark, the lines would not be seen.
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-weight="bold">{escape(title)}</text>',
    ]
    end = max(minutes[-1], 1e-9)
    for number, chart in enumerate(charts):
        top = GAP + number * (HEIGHT + GAP) + 16
        parts += _draw_chart(chart, [minute / end for minute in minutes], top)
    bottom = GAP + len(charts) * (HEIGHT + GAP) + 4
    for tick in range(TICKS + 1):
        x = LEFT + (WIDTH - LEFT - RIGHT) * tick / TICKS
        parts.append(
            f'<text x="{x:.0f}" y="{bottom}" text-anchor="middle" fill="#555">'
            f"{end * tick / TICKS:.0f} min</text>"
        )
    return "\n".join([*parts, "</svg>", ""])


def _draw_chart(chart: Chart, places: Sequence[float], top: float) -> list[str]:
    most = max(*chart.values, 1e-9)
    points = " ".join(
        f"{LEFT + place * (WIDTH - LEFT - RIGHT):.1f},{top + HEIGHT * (1 - value / most):.1f}"
        for place, value in zip(places, chart.values, strict=True)
    )
    foot = top + HEIGHT
    last = chart.values[-1]
    return [
        f'<text x="{LEFT}" y="{top - 6}">{escape(chart.title)}: at most {most:,.0f}, '
        f"in the end {last:,.0f}</text>",
        f'<text x="{LEFT - 6}" y="{top + 10}" text-anchor="end" fill="#555">{most:,.0f}</text>',
        f'<text x="{LEFT - 6}" y="{foot}" text-anchor="end" fill="#555">0</text>',
        f'<path d="M{LEFT} {top}V{foot}H{WIDTH - RIGHT}" fill="none" stroke="#999"/>',
        f'<polyline points="{points}" fill="none" stroke="#1a5fb4" stroke-width="1.5"/>',
    ]

"""Drawings for RESULTS.md, as SVG that is legible on light and on dark pages."""

from collections.abc import Sequence
from html import escape
from typing import Final

_WIDTH: Final = 760
_COLOURS: Final = ("#2f81d6", "#9a9a9a", "#d1803a", "#3fa37a", "#a366c8", "#c65a6a")
_STYLE: Final = """
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.small { font-size: 12px; fill: #57606a; }
.title { font-weight: 600; font-size: 15px; }
.axis { stroke: #8b949e; stroke-opacity: 0.4; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .small { fill: #9da7b1; } }
</style>
"""


def _svg(height: float, title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" '
        f'role="img" aria-label="{escape(title)}">{_STYLE}' + "\n".join(parts) + "\n</svg>\n"
    )


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _legend(names: Sequence[str]) -> list[str]:
    parts, x, y = [], 16.0, 48.0
    for name, colour in zip(names, _COLOURS, strict=False):
        parts.append(
            f'<rect x="{x:.0f}" y="{y - 10:.0f}" width="12" height="12" rx="2" fill="{colour}"/>'
        )
        parts.append(_text(x + 18, y, name, "small"))
        x += 44 + 7 * len(name)
    return parts


def bars(
    title: str,
    names: Sequence[str],
    groups: Sequence[tuple[str, Sequence[float], str]],
) -> str:
    """Draw groups of horizontal bars: a group has a name, a bar for each name, and a remark."""
    left, thick, gap = 190.0, 15.0, 20.0
    room = _WIDTH - left - 140
    largest = max(value for _, values, _ in groups for value in values)
    parts = [_text(16, 24, title, "title"), *_legend(names)]
    y = 72.0
    for name, values, remark in groups:
        middle = y + thick * len(values) / 2
        parts.append(_text(left - 10, middle + 4, name, anchor="end"))
        for value, colour in zip(values, _COLOURS, strict=False):
            width = max(2.0, room * value / largest)
            parts.append(
                f'<rect x="{left:.0f}" y="{y:.1f}" width="{width:.1f}" height="{thick - 3:.0f}" '
                f'rx="2" fill="{colour}"/>'
            )
            parts.append(_text(left + width + 6, y + 10, f"{value:,.0f}", "small"))
            y += thick
        parts.append(_text(_WIDTH - 16, middle + 4, remark, "title", "end"))
        y += gap
    return _svg(y, title, parts)


def lines(
    title: str,
    across: str,
    series: Sequence[tuple[str, Sequence[tuple[float, float]]]],
) -> str:
    """Draw lines over a common axis that begins at zero, as does what they show."""
    height = 260.0
    left, right, top, bottom = 64.0, _WIDTH - 16.0, 70.0, height - 34
    farthest = max(x for _, points in series for x, _ in points) or 1.0
    highest = 1.1 * max(y for _, points in series for _, y in points) or 1.0
    parts = [_text(16, 24, title, "title"), *_legend([name for name, _ in series])]
    for step in range(5):
        level = highest * step / 4
        y = bottom - (bottom - top) * step / 4
        parts.append(f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" class="axis"/>')
        parts.append(_text(left - 8, y + 4, f"{level:,.3g}", "small", "end"))
    for (_, points), colour in zip(series, _COLOURS, strict=False):
        path = " ".join(
            f"{left + (right - left) * x / farthest:.1f},"
            f"{bottom - (bottom - top) * y / highest:.1f}"
            for x, y in points
        )
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
    parts.append(_text(left, height - 10, "0", "small"))
    parts.append(_text(right, height - 10, f"{farthest:,.3g} {across}", "small", "end"))
    return _svg(height, title, parts)

# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws charts as SVG."""

import itertools
import math
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH = 720
LEFT, RIGHT, TOP, BOTTOM = 70, 200, 62, 52
BAR_HEIGHT, BAR_GAP, NAMES_WIDTH = 24, 10, 230
COLORS = ('#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#8c564b', '#e377c2', '#17becf')


class Axis(NamedTuple):
    """An axis of a chart."""

    name: str
    is_logarithmic: bool = False


def format_number(number):
    """Three digits, with commas in large numbers, and without zeros that say nothing."""
    if abs(number) >= 100:
        return f'{number:,.0f}'
    return f'{number:.3g}'


def _text(x, y, text, anchor='start', size=12, **attributes):
    extra = ''.join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{extra}>'
            f'{escape(text)}</text>')


def _line(x1, y1, x2, y2, color='#ccc'):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"/>'


def _finish(width, height, title, parts):
    body = '\n'.join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" font-family="sans-serif" fill="#222">\n'
            f'<title>{escape(title)}</title>\n'
            f'<rect width="{width}" height="{height}" fill="#fff"/>\n'
            f'{_text(16, 24, title, size=15, font_weight="bold")}\n{body}\n</svg>\n')


def _find_step(largest):
    """A round distance of marks, such that there are three to seven up to a number."""
    power = 10 ** math.floor(math.log10(largest))
    return next(step * power for step in (0.2, 0.5, 1, 2) if largest / (step * power) <= 7)


def _list_marks(largest):
    step = _find_step(largest)
    return [i * step for i in range(math.ceil(largest / step - 1e-9) + 1)]


class _Scale:
    """Where numbers are on an axis."""

    def __init__(self, axis, low, high, begin, end):
        self._map = math.log if axis.is_logarithmic else float
        self._low, self._high = self._map(low), self._map(high)
        self._begin, self._end = begin, end

    def place(self, number):
        """The coordinate of a number."""
        length = self._high - self._low or 1
        return self._begin + (self._map(number) - self._low) / length * (self._end - self._begin)


def _spread(labels):
    """Moves labels apart that would lie on each other. They are pairs of y and text."""
    placed, lowest = [], -math.inf
    for y, text in sorted(labels):
        lowest = max(y, lowest + 15)
        placed.append((lowest, text))
    return placed


def draw_lines(title, x_axis, y_axis, lines, height=340):
    """A line for each name, of points of x and y. The y axis begins at 0."""
    xs = sorted({x for points in lines.values() for x, _ in points})
    marks = _list_marks(max(y for points in lines.values() for _, y in points))
    x_scale = _Scale(x_axis, xs[0], xs[-1], LEFT, WIDTH - RIGHT)
    y_scale = _Scale(y_axis, 0, marks[-1], height - BOTTOM, TOP)
    parts = []
    for mark in marks:
        y = y_scale.place(mark)
        parts += [_line(LEFT, y, WIDTH - RIGHT, y),
                  _text(LEFT - 8, y + 4, format_number(mark), 'end')]
    for x in xs:
        parts += [_line(x_scale.place(x), height - BOTTOM, x_scale.place(x), height - BOTTOM + 5, '#222'),
                  _text(x_scale.place(x), height - BOTTOM + 19, format_number(x), 'middle')]
    parts += [_text((LEFT + WIDTH - RIGHT) / 2, height - 12, x_axis.name, 'middle'),
              _text(LEFT - 54, TOP - 16, y_axis.name)]
    labels = []
    for color, (name, points) in zip(itertools.cycle(COLORS), lines.items()):
        places = [(x_scale.place(x), y_scale.place(y)) for x, y in points]
        path = ' '.join(f'{x:.1f},{y:.1f}' for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in places]
        labels.append((places[-1][1], (name, color)))
    parts += [_text(WIDTH - RIGHT + 10, y + 4, name, fill=color)
              for y, (name, color) in _spread(labels)]
    return _finish(WIDTH, height, title, parts)


def draw_bars(title, unit, groups):
    """A bar for each name of each group, with the number at its end. Bars of the same name have the same
    color."""
    largest = max(number for bars in groups.values() for number in bars.values())
    names = list(dict.fromkeys(name for bars in groups.values() for name in bars))
    scale = (WIDTH - NAMES_WIDTH - 110) / largest
    parts, y = [], TOP - 20
    for group, bars in groups.items():
        if group:
            parts.append(_text(16, y + 14, group, font_weight='bold'))
            y += 24
        for name, number in bars.items():
            length = max(1, number * scale)
            color = COLORS[names.index(name) % len(COLORS)]
            parts += [_text(NAMES_WIDTH - 10, y + 16, name, 'end'),
                      f'<rect x="{NAMES_WIDTH}" y="{y}" width="{length:.1f}" height="{BAR_HEIGHT}" '
                      f'fill="{color}"/>',
                      _text(NAMES_WIDTH + length + 6, y + 16, f'{format_number(number)} {unit}')]
            y += BAR_HEIGHT + BAR_GAP
        y += BAR_GAP
    return _finish(WIDTH, y + 4, title, parts)

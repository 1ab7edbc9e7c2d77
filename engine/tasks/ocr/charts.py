"""Charts that OCR alone has; SVG files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from engine.evaluate.bootstrap import clopper_pearson
from engine.tasks.charts import INK, SOFT, canvas, say_nothing_to_draw, svg
from engine.tasks.drawing import class_colour, short_name
from engine.tasks.ocr.confidence import reliability
from engine.tasks.ocr.curves import AtReject, ByPosition, Confusion

MOST_ROWS, MOST_INSTEAD, MOST_LINES = 16, 4, 7
"""Characters in the table, what each was read as, and classes side by side."""

_ROW_IN = 0.21
_RED, _BLUE, _PALE = "#d55e00", "#0072b2", "#f3f5f8"
_COLUMNS, _INSTEAD_WIDE = (0.02, 0.15, 0.25, 0.40), 0.14

Floats = NDArray[np.float64]


def confusion_table(rows: Sequence[Confusion]) -> bytes:
    """The characters that were misread, and what was read instead.

    Args:
        rows: the most frequently misread first; those that find no room are counted.
    """
    shown = rows[:MOST_ROWS]
    more = len(rows) - len(shown)
    lines = max(1, len(shown)) + 1 + (more > 0)
    figure, axes = canvas(extra_in=_ROW_IN * lines + 0.25 - 3.1)
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(lines, 0)
    for left, title in zip(_COLUMNS, ("is", "there", "misread", "read as"), strict=True):
        _write(axes, left, 0.5, title, SOFT)
    axes.axhline(1, color=SOFT, linewidth=0.8)
    if not shown:
        _write(axes, _COLUMNS[0], 1.5, "no character was misread", INK)
    for number, row in enumerate(shown, 1):
        if number % 2 == 0:
            axes.axhspan(number, number + 1, color=_PALE, zorder=0)
        _write_row(axes, number + 0.5, row)
    if more:
        _write(axes, _COLUMNS[0], lines - 0.5, f"and {more} more", SOFT)
    return svg(figure)


def _write_row(axes: Axes, at: float, row: Confusion) -> None:
    """One character: how often it is there, how often it was misread, and as what."""
    share = f" ({100 * row.wrong / row.there:.0f} %)" if row.there else ""
    cells = [f"{row.there}" if row.there else "", f"{row.wrong}{share}"]
    _write(axes, _COLUMNS[0], at, _name(row.character), INK, bold=bool(row.character))
    for left, cell in zip(_COLUMNS[1:], cells, strict=False):
        _write(axes, left, at, cell, INK)
    left = _COLUMNS[3]
    for said, many in row.read_as[:MOST_INSTEAD]:
        name = _name(said)
        _write(axes, left, at, name, _RED, bold=bool(said))
        _write(axes, left + (0.03 if len(name) == 1 else 0.09), at, f"{many}×", SOFT)
        left += _INSTEAD_WIDE
    if len(row.read_as) > MOST_INSTEAD:
        _write(axes, left, at, f"+{len(row.read_as) - MOST_INSTEAD}", SOFT)


def position_chart(positions: Sequence[ByPosition], class_names: Sequence[str]) -> bytes:
    """How often the characters at each place of a field are read right.

    Args:
        positions: one a class that was read; those with most fields are shown, as far as enough
            fields reach.
        class_names: in the order of the recipe.
    """
    ranked = sorted(positions, key=lambda own: -int(own.count.max(initial=0)))[:MOST_LINES]
    figure, axes = canvas(extra_in=0.25)
    lowest = 1.0
    for number, own in enumerate(sorted(ranked, key=lambda own: own.class_index)):
        count, right = own.count[: own.telling], own.right[: own.telling]
        share = right / np.maximum(count, 1)
        ends = [clopper_pearson(s, int(n)) for s, n in zip(share, count, strict=True)]
        low, high = np.array(ends).reshape(-1, 2).T
        lowest = min(lowest, float(low.min(initial=1.0)))
        apart = 0.12 * (number - (len(ranked) - 1) / 2)
        axes.errorbar(
            np.arange(1, len(share) + 1) + apart,
            share,
            np.stack([share - low, high - share]),
            color=[channel / 255 for channel in class_colour(own.class_index)],
            marker="o",
            markeredgecolor=INK,
            markersize=5,
            linewidth=1.4,
            elinewidth=0.8,
            label=_label(class_names[own.class_index]),
        )
    axes.set_ylim(max(0.0, lowest - 0.05), 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    _in_percent(axes.yaxis)
    axes.set_xlabel("place of the character, from the left")
    axes.set_ylabel("read right")
    if ranked:
        figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    return svg(figure)


def reject_chart(curve: AtReject, of: str = "located fields") -> bytes:
    """How many of the readings that are passed on are right, by how many `of` are not."""
    figure, axes = canvas()
    axes.plot(curve.rejected, curve.accuracy, color=_BLUE, linewidth=1.6)
    if curve.chosen is not None:
        axes.plot(*curve.chosen, "o", color=_BLUE, markeredgecolor=INK, markersize=7)
    lowest = float(curve.accuracy.min(initial=1.0))
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(max(0.0, lowest - 0.05), 1.0 + 0.05 * (1.05 - max(0.0, lowest - 0.05)))
    for axis in (axes.xaxis, axes.yaxis):
        _in_percent(axis)
    if not len(curve.rejected):
        say_nothing_to_draw(axes)
    axes.set_xlabel(f"{of} not passed on (circle: the chosen threshold)")
    axes.set_ylabel("passed on and right")
    return svg(figure)


def reliability_chart(confidences: Floats, right: NDArray[np.bool_]) -> bytes:
    """How many of the readings of about one confidence are right.

    Args:
        confidences: (n,) in 0…1.
        right: (n,).
    """
    counts, said, shares = reliability(confidences, right)
    figure, axes = canvas()
    axes.plot([0, 1], [0, 1], color=SOFT, linestyle="--", linewidth=1)
    axes.plot(said, shares, color=_BLUE, linewidth=1.2)
    sizes = 18 + 160 * counts / max(int(counts.sum()), 1)
    axes.scatter(said, shares, s=sizes, color=_BLUE, edgecolors=INK, zorder=3)
    for x, y, count in zip(said, shares, counts, strict=True):
        beside = (0, -15) if y > 0.15 else (0, 9)
        axes.annotate(
            str(count), (x, y), beside, textcoords="offset points", ha="center", fontsize=8
        )
    axes.set_xlim(-0.02, 1.05)
    axes.set_ylim(-0.05, 1.08)
    for axis in (axes.xaxis, axes.yaxis):
        _in_percent(axis)
    axes.set_xlabel("confidence (dashed: as often right as it says)")
    axes.set_ylabel("right")
    return svg(figure)


def _write(axes: Axes, left: float, at: float, text: str, colour: str, bold: bool = False) -> None:
    axes.text(
        left,
        at,
        text,
        color=colour,
        fontsize=9,
        va="center_baseline",
        weight="bold" if bold else "normal",
        parse_math=False,
    )


def _in_percent(axis: Axis) -> None:
    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g} %"))


def _label(name: str) -> str:
    """A name as a legend shows it: with _ in front it would be left out, $ would be typeset."""
    return "\u200b" + short_name(name).replace("$", r"\$")


def _name(character: str) -> str:
    """A character as a reader of a table recognises it."""
    if not character:
        return "nothing"
    if character.isspace() or not character.isprintable():
        return "blank" if character == " " else f"U+{ord(character):04X}"
    return character

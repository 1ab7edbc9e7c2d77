"""Charts of the report, drawn by matplotlib as SVG without its global state."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from engine.evaluate.histogram import PrCurve
from engine.tasks.drawing import class_colour, short_name

MEDIA_TYPE = "image/svg+xml"

_GOOD, _BAD = "#56b4e9", "#d55e00"
INK, SOFT = "#28303c", "#6b7686"
_LINES = ("-", "--", "-.", ":")
_LEGEND_COLUMNS = 3

TIE = 1e-6
"""A score is as high as the threshold if float32 cannot tell them apart."""


def score_histogram(
    scores: NDArray[np.float64], is_bad: NDArray[np.bool_], threshold: float
) -> bytes:
    """How many good and bad photos have which score, and where the threshold lies; an SVG file.

    Args:
        scores: (N,) `image_score` in 0…1.
        is_bad: (N,).
        threshold: of the photo.
    """
    figure, axes = canvas(extra_in=0.2)
    edges = np.linspace(0.0, 1.0, 41).tolist()
    good, bad = scores[~is_bad], scores[is_bad]
    axes.hist(
        [good, bad],
        edges,
        stacked=True,
        color=[_GOOD, _BAD],
        edgecolor="white",
        linewidth=0.4,
        label=[f"good ({len(good)})", f"bad ({len(bad)})"],
    )
    axes.axvline(threshold, color=INK, linestyle="--", linewidth=1.4)
    axes.annotate(
        f"threshold {threshold:.3f}",
        (threshold, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(4, 4),
        textcoords="offset points",
        color=INK,
        fontsize=9,
        ha="left" if threshold < 0.7 else "right",
    )
    axes.set_xlim(0.0, 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("score of the photo (right of the line it is called bad)")
    axes.set_ylabel("photos")
    # Below the axes: within them it would lie on bars, wherever the scores are.
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return svg(figure)


def pr_curves(
    curves: Sequence[PrCurve],
    class_names: Sequence[str],
    thresholds: Sequence[float] = (),
    of: str = "pixels",
) -> bytes:
    """Precision over recall, a line a class; an SVG file.

    Args:
        curves: one a class; a class without a curve is named in the legend.
        class_names: in the order of the recipe.
        thresholds: one a class, marked on its line, or none.
        of: what is counted.
    """
    legend_rows = math.ceil(len(curves) / _LEGEND_COLUMNS)
    figure, axes = canvas(extra_in=0.2 * (1 + legend_rows))
    for index, (curve, name) in enumerate(zip(curves, class_names, strict=True)):
        colour = tuple(channel / 255 for channel in class_colour(index))
        style = _LINES[index // 7 % len(_LINES)]
        # A name that begins with _ would be left out of the legend, and $ would be typeset.
        label = "\u200b" + short_name(name).replace("$", r"\$")
        if curve.average_precision is None:
            axes.plot([], [], color=colour, linestyle=style, label=f"{label}: nothing to draw")
            continue
        label = f"{label}: {curve.average_precision:.3f}"
        axes.plot(curve.recall, curve.precision, color=colour, linestyle=style, label=label)
        chosen = first_at_least(curve, thresholds[index]) if thresholds else None
        if chosen is not None:
            x, y = curve.recall[chosen], curve.precision[chosen]
            axes.plot([x], [y], "o", color=colour, markeredgecolor=INK, markersize=7)
    axes.set_xlim(0.0, 1.02)
    axes.set_ylim(0.0, 1.02)
    axes.set_xlabel(f"recall of {of}" + (" (circle: the chosen threshold)" if thresholds else ""))
    axes.set_ylabel(f"precision of {of}")
    if curves:
        figure.legend(
            loc="outside lower center",
            ncols=_LEGEND_COLUMNS,
            title="class: average precision",
            frameon=False,
            fontsize=8,
            title_fontsize=8,
        )
    return svg(figure)


def first_at_least(curve: PrCurve, threshold: float) -> int | None:
    """What a threshold lets through begins here; None where that is nothing.

    The nearest score may lie below the threshold: the circle would be on the wrong side of it.
    """
    at = int(np.searchsorted(curve.thresholds, threshold - TIE, side="left"))
    return at if at < len(curve.thresholds) else None


def canvas(extra_in: float = 0.0) -> tuple[Figure, Axes]:
    """An empty chart in the report's style, higher by `extra_in` inches."""
    figure = Figure(figsize=(5.6, 3.1 + extra_in), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(SOFT)
    axes.tick_params(colors=SOFT, labelsize=9)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    axes.grid(axis="y", color="#e3e8ee", linewidth=0.7)
    axes.set_axisbelow(True)
    return figure, axes


def say_nothing_to_draw(axes: Axes) -> None:
    """Words in the middle of a chart that stays empty."""
    axes.text(
        0.5,
        0.5,
        "nothing to draw",
        transform=axes.transAxes,
        color=SOFT,
        ha="center",
        va="center",
    )


def svg(figure: Figure) -> bytes:
    """A chart as an SVG file, the same for the same chart."""
    buffer = io.BytesIO()
    # Without a salt and a date the same chart is the same file.
    settings = {"svg.hashsalt": "dltrain", "svg.fonttype": "path"}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # The font lacks some scripts; their letters show as boxes, in the chart alone.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()

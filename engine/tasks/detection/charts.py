"""Charts that detection alone has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.tasks.charts import INK, canvas, svg
from engine.tasks.drawing import short_name

NOTHING = "nothing"

FIT = 48
"""Letters of all names that have room side by side."""


def confusion_chart(matrix: NDArray[np.int64], class_names: Sequence[str]) -> bytes:
    """How often things of each class were called what; an SVG file.

    Args:
        matrix: (classes + 1, classes + 1): rows what is there, columns what was said; the last of
            each is nothing.
        class_names: in the order of the recipe.
    """
    names = [*(short_name(name, 16).replace("$", r"\$") for name in class_names), NOTHING]
    count = len(names)
    figure, axes = canvas(extra_in=max(0.0, 0.3 * (count - 6)))
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    colours = np.ones((count, count, 3))
    for row in range(count):
        for column in range(count):
            share = shares[row, column]
            target = (0.0, 0.45, 0.70) if row == column else (0.84, 0.37, 0.0)
            colours[row, column] = 1 - 0.85 * share * (1 - np.array(target))
    axes.imshow(colours, aspect="auto")
    for row in range(count):
        for column in range(count):
            if row == column == count - 1:
                continue  # where nothing is and nothing was said cannot be counted
            dark = row == column and shares[row, column] > 0.6
            axes.text(
                column,
                row,
                str(matrix[row, column]),
                ha="center",
                va="center",
                color="white" if dark else INK,
                fontsize=9 if count <= 10 else 6,
            )
    room = sum(map(len, names)) <= FIT
    axes.set_xticks(
        range(count),
        names,
        rotation=0 if room else 40,
        ha="center" if room else "right",
        rotation_mode="default" if room else "anchor",
    )
    axes.set_yticks(range(count), names)
    axes.set_xlabel("called")
    axes.set_ylabel("is")
    axes.grid(visible=False)
    return svg(figure)

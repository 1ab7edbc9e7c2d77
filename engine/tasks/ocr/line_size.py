"""The size at which lines are read, and what text it has room for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.data.tiles import round_up
from engine.errors import UsageError
from engine.phrasing import counted, quoted
from engine.tasks.ocr.lines import Line
from engine.tasks.ocr.window import Window, sides

FRAME_PX = 4
"""Width in px of a column of the line: what says one character at most."""

HEIGHTS_PX = (32, 64, 96, 128)
LEAST_CHARACTER_PX = 11.0
"""The lowest of these heights is taken at which the median character is so wide: three columns."""

WIDE_SHARE = 0.98
"""Share of the lines that are seen unsqueezed."""

LEAST_WIDTH_PX, MOST_WIDTH_PX = 64, 2048


def columns_needed(text: str) -> int:
    """Columns that say a text: one a character, and a blank between two that are the same."""
    return len(text) + sum(first == second for first, second in pairwise(text))


def line_size(lines: Sequence[Line], window: Window, longest: int) -> tuple[int, int]:
    """Low lines are quick to read: as low as the characters allow, and wide enough for most."""
    proportions = [_proportion(window.padded(line.corners)) for line in lines]
    pitch = np.median([_proportion(line.corners) / len(line.text) for line in lines])
    height = next((h for h in HEIGHTS_PX if h * pitch >= LEAST_CHARACTER_PX), HEIGHTS_PX[-1])
    wanted = max(
        height * float(np.quantile(proportions, WIDE_SHARE)),
        FRAME_PX * (longest + 1),
        FRAME_PX * max(columns_needed(line.text) for line in lines),
        LEAST_WIDTH_PX,
    )
    return height, min(MOST_WIDTH_PX, round_up(round(wanted)))


def _proportion(corners: np.ndarray) -> float:
    width, height = sides(corners)
    return width / max(height, 1.0)


def require_room(lines: Sequence[Line], line_hw: tuple[int, int]) -> None:
    """Refuses training texts that need more columns than the window has: they cannot be learnt."""
    longest = max((line.text for line in lines), key=columns_needed)
    room = line_hw[1] // FRAME_PX
    if columns_needed(longest) <= room:
        return
    raise UsageError(
        "a training text is longer than the reader can tell",
        where="input.line",
        received=f"{quoted(longest)} with {len(longest)} characters, on lines of "
        f"{line_hw[1]}x{line_hw[0]} px",
        allowed=f"one column of {FRAME_PX} px for each character, and one more between two that "
        f"are the same: {room} columns",
        fix=_remedy(longest, line_hw),
    )


def too_long(texts: Sequence[str], part: str, line_hw: tuple[int, int]) -> tuple[str, ...]:
    """What is said of validation or test texts that need more columns than the window has.

    They stop no run: they are read wrongly, and counted so. Nor do they widen the lines, which
    training decides.
    """
    room = line_hw[1] // FRAME_PX
    found = [text for text in texts if columns_needed(text) > room]
    if not found:
        return ()
    longest = max(found, key=columns_needed)
    return (
        f"{counted(len(found), f'{part} text')} of {len(texts)} cannot be read right: longer than "
        f"the {room} columns of lines of {line_hw[1]}x{line_hw[0]} px tell, such as {longest!r} "
        f"with {len(longest)} characters. {_remedy(longest, line_hw)}.",
    )


def _remedy(text: str, line_hw: tuple[int, int]) -> str:
    """What to do about a text that needs more columns than the window has."""
    needed = round_up(FRAME_PX * columns_needed(text))
    if needed <= MOST_WIDTH_PX:
        return f"Widen the lines: `input: {{line: {needed}x{line_hw[0]}}}`"
    return "Annotate such texts as several lines, or cut their photos into several"

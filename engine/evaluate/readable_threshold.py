"""How likely characters are that are plainly there, shown by what validation reads rightly.

A text of a field is read only where it is likely enough beside a line of its length whose every
character has this probability (`engine.text.reading.faintest`); else it is unreadable, and not
forced into the field.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.phrasing import counted
from engine.text.reading import PLAIN

FAINTER = 0.1
"""Share of the right readings that are fainter than what counts as plain: one in ten is printed or
lit badly, and `faintest` has room for it. The faintest of all may be right by luck."""

ENOUGH = round(1 / FAINTER)
"""Right readings of which that share is one at least."""


def choose_readable_threshold(
    log_probabilities: ArrayLike, lengths: ArrayLike
) -> tuple[float, str]:
    """The probability of characters that are plainly there, on the geometric mean of a text.

    Nine in ten right readings of validation photos have it. One more reading, at `PLAIN`, is
    reckoned with: it is all there is where none is right, and of little weight beside many.

    Args:
        log_probabilities: (n,) of the readings that are what stands there; n may be 0.
        lengths: (n,) their characters.

    Returns:
        The threshold in 0…1, and what a reader has to know about it; empty where there is nothing.
    """
    logs, counts = np.asarray(log_probabilities, np.float64), np.asarray(lengths, np.float64)
    value = float(np.exp(np.quantile([np.log(PLAIN), *(logs / counts)], FAINTER)))
    if len(logs) >= ENOUGH:
        return value, ""
    few = counted(len(logs), "right reading")
    return value, f"chosen by {few} on validation and the {PLAIN} that is taken without any"

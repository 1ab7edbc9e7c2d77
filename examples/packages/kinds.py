"""The six kinds of packages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from examples.packages.face import Face
from examples.packages.flat import blister, carton, pouch
from examples.packages.round import cap, jar, lid

KINDS: dict[str, Callable[[np.random.Generator], Face]] = {
    "carton": carton,
    "pouch": pouch,
    "blister": blister,
    "jar": jar,
    "lid": lid,
    "cap": cap,
}
"""How each kind is drawn."""

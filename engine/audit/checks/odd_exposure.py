"""A photo is blurred or exposed unlike the others.

What it does
------------
Compares the brightness, the contrast and the sharpness of each photo with those of all photos of
this data set, and reports photos that lie far outside: more than eight times the usual spread
(median absolute deviation) from the median. There are no absolute limits. Where anomalies are
detected, photos of defects are passed over: to be odd is their nature.

Why it matters
--------------
A photo taken with the lamp off, out of focus or during motion shows what the camera will not show
in production. Trained on, it teaches noise; tested on, it counts mistakes that are none.

How to mend it
--------------
Look at the photos. Take them again, or leave them out with `exclude`. If production does take such
photos, keep them, and take more of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.photos.facts import Light

FARTHEST = 8.0
"""Usual spreads from the median beyond which a photo is odd."""

LEAST_SPREAD = 0.08
"""No spread counts as smaller than this, in natural logarithms: data sets can be very uniform."""

FEWEST_PHOTOS = 10

_TRAITS: dict[str, tuple[Callable[[Light], float], str, str]] = {
    "brightness": (lambda light: light.mean, "darker", "brighter"),
    "contrast": (lambda light: light.spread, "flatter", "harsher"),
    "sharpness": (lambda light: light.sharpness, "more blurred", "sharper or noisier"),
}


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each photo and trait that is far from the others."""
    names = [sample.id for sample in audited.samples if sample.id in audited.facts]
    if audited.settings.learns_good:
        bad = {sample.id for sample in audited.samples if sample.classes}
        names = [name for name in names if name not in bad]
    if len(names) < FEWEST_PHOTOS:
        return
    for trait, (value_of, less, more) in _TRAITS.items():
        values = np.log([value_of(audited.facts[name].light) + 1e-3 for name in names])
        middle = float(np.median(values))
        spread = max(1.4826 * float(np.median(np.abs(values - middle))), LEAST_SPREAD)
        for name, value in zip(names, values, strict=True):
            distance = (float(value) - middle) / spread
            if abs(distance) > FARTHEST:
                yield Observation(
                    samples=(name,),
                    message=f"the photo is far {less if distance < 0 else more} than the others "
                    f"of this data set ({abs(distance):.0f} times the usual spread)",
                    evidence={
                        "trait": trait,
                        "value": round(float(np.exp(value)) - 1e-3, 4),
                        "median": round(float(np.exp(middle)) - 1e-3, 4),
                    },
                    fix="Take the photo again, or leave it out with `exclude`",
                )


CHECK = Check("IMG405", "blur-or-exposure-outlier", "IMG", "warn", "data", run)

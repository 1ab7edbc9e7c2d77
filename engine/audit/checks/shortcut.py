"""Light, border, size or file format alone give a class away.

What it does
------------
Tries to tell the photos of each class from those without it by one figure that has nothing to do
with a defect: mean brightness, contrast, brightness of the border, colourfulness, sharpness, size,
proportions, file format. Objects count, not photos. A figure that ranks a class almost perfectly
(area under the ROC curve of 0.95 or more, on at least ten objects each way) is reported. Fields of
text are passed over: whether one is there is no verdict. Where anomalies are detected, all
photos of defects together are told from good ones as well.

Why it matters
--------------
If all scratched parts were photographed on a Monday with another lamp, a network learns the lamp:
it is easier to see than a scratch. It passes every test on such photos and fails in production.

How to mend it
--------------
Photograph good and bad parts in turn, on the same day, with the same camera, lamp and export. If
the figure belongs to the defect itself (a stain makes the photo darker), lower or waive the
finding and say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.audit.photos.facts import PhotoFacts
from engine.recipe.metrics import DETECTION
from engine.records import Sample

LEAST_AUC = 0.95
FEWEST_OBJECTS = 10

_FIGURES: dict[str, Callable[[Sample, PhotoFacts], float]] = {
    "brightness": lambda sample, facts: facts.light.mean,
    "contrast": lambda sample, facts: facts.light.spread,
    "border brightness": lambda sample, facts: facts.light.border,
    "colourfulness": lambda sample, facts: facts.light.saturation,
    "sharpness": lambda sample, facts: facts.light.sharpness,
    "size": lambda sample, facts: float(facts.size_hw[0] * facts.size_hw[1]),
    "proportions": lambda sample, facts: facts.size_hw[1] / facts.size_hw[0],
}


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each class and figure that gives it away."""
    suffixes = sorted({_suffix(sample) for sample in audited.samples})
    formats = {f"file format {suffix}": _is_format(suffix) for suffix in suffixes[1:]}
    names = audited.dataset.class_names
    groups = [(repr(name), name, frozenset([index])) for index, name in enumerate(names)]
    if audited.settings.learns_good and len(names) > 1:
        groups.append(("any defect", "any defect", frozenset(range(len(names)))))
    for words, name, indices in groups:
        for figure, value_of in {**_FIGURES, **formats}.items():
            having: dict[str, list[float]] = defaultdict(list)
            lacking: dict[str, list[float]] = defaultdict(list)
            for sample in audited.samples:
                facts = audited.facts.get(sample.id)
                if facts is not None:
                    side = lacking if indices.isdisjoint(sample.classes) else having
                    side[sample.object].append(value_of(sample, facts))
            if min(len(having), len(lacking)) < FEWEST_OBJECTS:
                continue
            area = _area(
                [median(values) for values in having.values()],
                [median(values) for values in lacking.values()],
            )
            if max(area, 1.0 - area) >= LEAST_AUC:
                yield Observation(
                    samples=(),
                    message=f"{figure} alone tells photos with {words} from those without "
                    f"(AUC {max(area, 1.0 - area):.3f})",
                    evidence={
                        "class": name,
                        "figure": figure,
                        "auc": round(area, 4),
                        "objects with": len(having),
                        "objects without": len(lacking),
                    },
                    fix="Photograph good and bad parts in turn, with one camera, lamp and export",
                )


def _suffix(sample: Sample) -> str:
    """The format that a file is named after; `.jpeg` is another spelling, not another format."""
    suffix = sample.image.suffix.lower()
    return {".jpeg": ".jpg", ".tiff": ".tif"}.get(suffix, suffix)


def _is_format(suffix: str) -> Callable[[Sample, PhotoFacts], float]:
    return lambda sample, facts: float(_suffix(sample) == suffix)


def _area(having: list[float], lacking: list[float]) -> float:
    """Area under the ROC curve: the chance that one of `having` exceeds one of `lacking`."""
    others = np.sort(lacking)
    below, up_to = (np.searchsorted(others, having, side=side) for side in ("left", "right"))
    return float((below + up_to).sum() / (2 * len(having) * len(lacking)))


CHECK = Check(
    "DIV205",
    "light-gives-the-class-away",
    "DIV",
    "warn",
    "data",
    run,
    ("segmentation", *DETECTION, "anomaly_detection"),
)

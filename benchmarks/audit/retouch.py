"""Retouched photos: how many planted ones are found, and how many untouched photos are accused.

    python -m benchmarks.audit.retouch fit --root $DLTRAIN_DATA
    python -m benchmarks.audit.retouch report --root $DLTRAIN_DATA

Photos of each set are retouched in one place (`mend.py`), one a copy. Untouched photos are judged
as they are, stored once more in the same ways as the retouched ones, as PNG after that, and, shrunk
first so that nothing of their own compression is left, stored in the same ways. `fit` looks at the
half of the objects on which the limits of IMG402 were chosen, `report` at the other.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.audit.mend import LEAST_SIDE_PX, METHODS, SHAPES, Mended, mend, stored
from benchmarks.audit.sets import SETS, photos
from engine.audit.checks.retouched import LEAST_EVIDENCE
from engine.audit.photos.patches import Patch, find_patches
from engine.data.images import jpeg_steps, read_bytes, read_image

SEED = 17
MOST_PHOTOS = 120
COPIES = 3
SHRUNK = 0.71
LIMITS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5)
"""That `fit` shows, as multiples of those of the check."""


HISTORIES = ("untouched", "stored again", "JPEG again, then PNG", "never a JPEG")
"""Of photos that nobody retouched."""


@dataclass(frozen=True, slots=True)
class Case:
    """What was found on one photo.

    Attributes:
        kind: of `HISTORIES`, or how it was retouched.
        shape, storage: of the retouch, empty for the photo as it is.
        evidence: the most of any patch, or of those that meet the retouch; 1 is reported.
    """

    set: str
    kind: str
    shape: str
    storage: str
    evidence: float


def make_cases(name: str, root: Path, half: str) -> Iterator[Case]:
    named = [each for each in photos(name, root) if each.half == half]
    rng = np.random.default_rng(SEED)
    if len(named) > MOST_PHOTOS:
        chosen = np.sort(rng.choice(len(named), MOST_PHOTOS, replace=False))
        named = [named[position] for position in chosen]
    for number, each in enumerate(named):
        photo = read_image(each.path).astype(np.uint8)
        found = find_patches(photo, jpeg_steps(read_bytes(each.path)))
        yield Case(name, "untouched", "", "", max(map(_weight, found), default=0.0))
        if min(photo.shape[:2]) < LEAST_SIDE_PX:
            continue
        again = stored(photo, rng)
        yield Case(name, "stored again", "", again.storage, _evidence(again))
        if again.steps:
            lossless = _evidence(replace(again, steps=None))
            yield Case(name, "JPEG again, then PNG", "", "png", lossless)
        for copy in range(COPIES):
            turn = number * COPIES + copy
            method, shape = METHODS[turn % 5], SHAPES[turn // 5 % 5]
            made = mend(method, shape, photo, rng)
            if made is not None:
                yield Case(name, method, shape, made.storage, _evidence(made))
        yield from _never_jpeg(name, number, photo, rng)


def _never_jpeg(
    name: str, number: int, photo: NDArray[np.uint8], rng: np.random.Generator
) -> Iterator[Case]:
    """The photo as a camera without compression would have taken it, and retouched."""
    small = cv2.resize(photo, None, fx=SHRUNK, fy=SHRUNK, interpolation=cv2.INTER_AREA)
    raw = np.asarray(small, np.uint8)
    if min(raw.shape[:2]) < LEAST_SIDE_PX:
        return
    again = stored(raw, rng)
    yield Case(name, "never a JPEG", "", again.storage, _evidence(again))
    made = mend(METHODS[number % 5], SHAPES[number // 5 % 5], raw, rng)
    if made is not None:
        yield Case(name, "retouched, never a JPEG", made.shape, made.storage, _evidence(made))


def _evidence(made: Mended) -> float:
    """Of the likeliest patch; where there is a retouch, of one that lies on it."""
    best = 0.0
    for patch in find_patches(made.photo, made.steps):
        x, y, width, height = patch.box_xywh
        if made.mask is None or made.mask[y : y + height, x : x + width].any():
            best = max(best, _weight(patch))
    return best


def _weight(patch: Patch) -> float:
    return patch.evidence / LEAST_EVIDENCE[patch.reason]


def tell(cases: list[Case], limits: tuple[float, ...]) -> None:
    """Prints the share of cases beyond each limit: false alarms, then recall."""
    groups: dict[tuple[str, str], list[float]] = defaultdict(list)
    for case in cases:
        for key in _keys(case):
            groups[key].append(case.evidence)
    print("beyond multiples of the limits:", ", ".join(f"{limit:g}" for limit in limits))
    for key in sorted(groups):
        own = np.array(groups[key])
        shares = ", ".join(f"{np.mean(own >= limit):.3f}" for limit in limits)
        print(f"{' '.join(key)}: {shares} of {len(own)}")


def _keys(case: Case) -> Iterator[tuple[str, str]]:
    if case.kind in HISTORIES:
        yield f"false alarms, {case.kind},", "all"
        yield f"false alarms, {case.kind},", case.set
        return
    lossless = "png" if case.storage == "png" else "jpeg"
    if case.kind.endswith("never a JPEG"):
        yield "recall, never a JPEG before,", lossless
        return
    yield "recall", "all"
    yield "recall of", case.kind
    yield "recall of", case.shape
    yield "recall in", case.set
    yield "recall in", f"{case.set} {lossless}"
    yield "recall stored as", lossless if lossless == "png" else _quality(case.storage)


def _quality(storage: str) -> str:
    low = int(storage.split()[1]) // 5 * 5
    return f"jpeg {low} to {low + 4}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("half", choices=("fit", "report"))
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--sets", nargs="*", default=SETS)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    cases = [
        case for name in arguments.sets for case in make_cases(name, arguments.root, arguments.half)
    ]
    tell(cases, LIMITS if arguments.half == "fit" else (1.0,))


if __name__ == "__main__":
    main()

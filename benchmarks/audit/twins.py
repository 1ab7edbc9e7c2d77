"""Near duplicates: how many planted ones are found, and how many different parts are taken for one.

    python -m benchmarks.audit.twins report --root $DLTRAIN_DATA
    python -m benchmarks.audit.twins fit --root $DLTRAIN_DATA
    python -m benchmarks.audit.twins tiles --root $DLTRAIN_DATA

Some photos of each set are planted again, changed in each of `plant.KINDS`. Every pair of photos
of different objects that is called twins is a mistake, every planted pair that is not is a miss.
`fit` prints weights for `engine.audit.twins.twins` from one half of the objects; `report` measures
on the other half, `tiles` finds the photos of one tile among all magnetic tiles.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.audit.moulded import moulded
from benchmarks.audit.plant import KINDS, plant
from benchmarks.audit.sets import SETS, photos
from engine.audit.photos.facts import PhotoFacts, examine
from engine.audit.photos.preview import flatten, unpack
from engine.audit.twins.candidates import find_candidates
from engine.audit.twins.twins import agreement, evidence, find_twins, lay_over

SEED = 11
MOST_PHOTOS = 250
PLANTED = 16
MOULDED = 40

Picture = NDArray[np.uint8]
Half = Literal["fit", "report"]


@dataclass(frozen=True, slots=True)
class Bed:
    """Photos of one set, those planted behind them: `kinds` by (origin, planted) position."""

    objects: tuple[str, ...]
    facts: tuple[PhotoFacts, ...]
    kinds: dict[tuple[int, int], str]


def make_bed(name: str, root: Path, half: Half) -> Bed:
    """The bed of a set, or of moulded parts, which are drawn."""
    if name == "moulded":
        seeds = range(MOULDED) if half == "fit" else range(MOULDED, 2 * MOULDED)
        return plant_in([moulded(each) for each in seeds], [f"part {each}" for each in seeds])
    named = [each for each in photos(name, root) if each.half == half]
    if len(named) > MOST_PHOTOS:
        chosen = np.random.default_rng(SEED).choice(len(named), MOST_PHOTOS, replace=False)
        named = [named[position] for position in np.sort(chosen)]
    return plant_in(
        [np.asarray(cv2.imread(str(each.path)), np.uint8) for each in named],
        [each.object for each in named],
    )


def plant_in(photos_bgr: Sequence[Picture], names: Sequence[str]) -> Bed:
    """The photos and `PLANTED` copies of each kind, of as many different photos as there are.

    Several copies of one photo would be each other's nearest and hide it from one another.
    """
    rng = np.random.default_rng(SEED)
    images, objects = list(photos_bgr), list(names)
    kinds: dict[tuple[int, int], str] = {}
    origins = np.resize(rng.permutation(len(images)), (PLANTED, len(KINDS)))
    for row in origins.tolist():
        for origin, kind in zip(row, KINDS, strict=True):
            kinds[origin, len(images)] = kind
            images.append(plant(kind, images[origin], rng))
            objects.append(objects[origin])
    facts = tuple(examine(np.ascontiguousarray(image[..., ::-1])) for image in images)
    return Bed(tuple(objects), facts, kinds)


def report(root: Path, sets: Sequence[str]) -> None:
    """Recall of each kind and precision, on the half of the objects that nothing was chosen on."""
    planted, found, wrong, right = Counter[str](), Counter[str](), 0, 0
    for name in (*sets, "moulded"):
        bed = make_bed(name, root, "report")
        started = time.perf_counter()
        twins = {(twin.first, twin.second) for twin in find_twins(bed.facts)}
        seconds = time.perf_counter() - started
        mistakes = [pair for pair in twins if bed.objects[pair[0]] != bed.objects[pair[1]]]
        hits = Counter(kind for pair, kind in bed.kinds.items() if pair in twins)
        all_kinds = Counter(bed.kinds.values())
        if name != "moulded":
            planted += all_kinds
            found += hits
            wrong += len(mistakes)
            right += len(twins) - len(mistakes)
        print(
            f"{name}: {len(bed.facts)} photos, {seconds:.1f} s, recall "
            f"{hits.total() / all_kinds.total():.3f}, {len(mistakes)} wrong of {len(twins)} pairs"
        )
    for kind in KINDS:
        print(f"  {kind}: {found[kind]} of {planted[kind]} = {found[kind] / planted[kind]:.3f}")
    print(f"recall {found.total() / planted.total():.3f}, precision {right / (right + wrong):.4f}")


def tiles(root: Path) -> None:
    """Pairs of photos of one tile among all magnetic tiles, without the table of parts."""
    named = photos("magnetic_tile", root)
    facts = [examine(np.ascontiguousarray(cv2.imread(str(n.path))[..., ::-1])) for n in named]
    started = time.perf_counter()
    twins = find_twins(facts)
    seconds = time.perf_counter() - started
    for half in ("fit", "report", "both"):
        own = [position for position, each in enumerate(named) if half in (each.half, "both")]
        chosen = set(own)
        pairs = [(t.first, t.second) for t in twins if {t.first, t.second} <= chosen]
        right = sum(named[a].object == named[b].object for a, b in pairs)
        sizes = Counter(named[position].object for position in own)
        true = sum(size * (size - 1) // 2 for size in sizes.values())
        precision, recall = right / max(len(pairs), 1), right / true
        f1 = 2 * right / (len(pairs) + true)
        print(f"{half}: F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}, {true} pairs")
    print(f"{seconds:.1f} s for {len(named)} photos")


def fit(root: Path, sets: Sequence[str]) -> None:
    """Weights of a logistic regression over planted pairs and pairs of different objects."""
    from sklearn.linear_model import LogisticRegression

    rows: list[NDArray[np.float64]] = []
    truths: list[bool] = []
    for name in (*sets, "moulded"):
        bed = make_bed(name, root, "fit")
        flat = [flatten(unpack(facts.preview)) for facts in bed.facts]
        best: dict[tuple[int, int], tuple[int, NDArray[np.float64]]] = {}
        for candidate in find_candidates([facts.keypoints for facts in bed.facts]):
            found = lay_over(bed.facts, candidate)
            if found is None:
                continue
            pair = candidate.first, candidate.second
            if pair not in best or found.inliers > best[pair][0]:
                seen = agreement(candidate, found, flat.__getitem__)
                best[pair] = found.inliers, evidence(found, seen)
        for pair, (_, row) in best.items():
            same = bed.objects[pair[0]] == bed.objects[pair[1]]
            # Photos of one object may show different sides of it; the tiles' table has mistakes.
            if pair in bed.kinds or (not same and name != "magnetic_tile"):
                rows.append(row)
                truths.append(same)
        print(f"{name}: {len(best)} pairs", flush=True)
    model = LogisticRegression(C=10.0, max_iter=5000).fit(np.array(rows), truths)
    print("weights", np.round(model.coef_[0], 3).tolist(), "bias", round(model.intercept_[0], 3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("report", "fit", "tiles"))
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--sets", default=",".join(SETS))
    arguments = parser.parse_args()
    if arguments.what == "tiles":
        tiles(arguments.root)
    elif arguments.what == "fit":
        fit(arguments.root, arguments.sets.split(","))
    else:
        report(arguments.root, arguments.sets.split(","))


if __name__ == "__main__":
    main()

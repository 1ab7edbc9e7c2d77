"""Drawn marks: how many planted ones are found, and how many untouched photos are accused.

    python -m benchmarks.audit.marks fit --root $DLTRAIN_DATA
    python -m benchmarks.audit.marks report --root $DLTRAIN_DATA

Photos of each set get arrows, circles, boxes, crosses and words (`draw.py`), one a copy; each copy
is judged as if it lay alone among the untouched photos. `fit` grows the trees of
`engine.audit.marks` on one half of the objects, and chooses the limit there by cross-validation
over objects; `report` measures on the other half.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.audit.draw import KINDS, Drawn, draw
from benchmarks.audit.sets import SETS, photos
from engine.audit.marks.marks import evidence
from engine.audit.marks.trees import PATH, Trees, fitted_trees, write_trees
from engine.audit.photos.strokes import FIGURES, LEAST_SIDE_PX, Stroke, find_strokes
from engine.data.images import read_image

SEED = 11
MOST_PHOTOS = 250
FOLDS = 4
ACCUSED = 0.008
"""Share of the untouched photos of any set of the fit half that the limit lets through."""

MOST_ALIKE = 0.5
"""Greatest share of a set's photos that are taken to bear the same mark, in the fit."""


@dataclass(frozen=True, slots=True)
class Case:
    """One photo, as it is or with a mark.

    Attributes:
        name: kind, colour, width and storage of the mark, empty without one.
        rows: (strokes, figures), evidence.
        drawn: (strokes,) whether a stroke lies on the mark, by more than half.
    """

    set: str
    number: int
    path: Path
    kind: str
    name: str
    rows: NDArray[np.float64]
    drawn: NDArray[np.bool_]


def make_cases(name: str, root: Path, half: str, copies: int) -> Iterator[Case]:
    named = [each for each in photos(name, root) if each.half == half]
    rng = np.random.default_rng(SEED)
    if len(named) > MOST_PHOTOS:
        chosen = np.sort(rng.choice(len(named), MOST_PHOTOS, replace=False))
        named = [named[position] for position in chosen]
    images = [read_image(each.path).astype(np.uint8) for each in named]
    untouched = [find_strokes(image) for image in images]
    rows = evidence(untouched)
    start = 0
    for number, (each, strokes) in enumerate(zip(named, untouched, strict=True)):
        own = rows[start : start + len(strokes.found)]
        start += len(strokes.found)
        nothing = np.zeros(len(own), bool)
        yield Case(name, number, each.path, "", "", own, nothing)
        if min(images[number].shape[:2]) < LEAST_SIDE_PX:
            continue
        for copy in range(copies):
            kind = KINDS[(number * copies + copy) % len(KINDS)]
            made = draw(kind, images[number], rng)
            found = find_strokes(made.photo)
            among = [found, *untouched[:number], *untouched[number + 1 :]]
            on = np.array([_lies_on(stroke, made) for stroke in found.found], bool)
            theirs = evidence(among, of=[0])
            yield Case(name, number, each.path, kind, made.name, theirs, on)


def _lies_on(stroke: Stroke, made: Drawn) -> bool:
    """Whether most pixels of the stroke's colour lie on the mark, and span a good part of it."""
    rows, columns = np.nonzero(made.mark)
    x, y, width, height = stroke.box_xywh
    here = (slice(y, y + height), slice(x, x + width))
    part = made.photo[here].reshape(*made.mark[here].shape, -1).astype(int)
    alike = np.abs(part - stroke.colour).max(axis=-1) <= 20
    near = cv2.dilate(made.mark[here].astype(np.uint8), np.ones((3, 3), np.uint8))
    spans = max(width, height) >= 0.2 * max(np.ptp(columns), np.ptp(rows))
    return bool(spans and alike.any() and np.asarray(near)[alike].mean() > 0.5)


def scores(cases: Sequence[Case], odds: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The highest log odds of each case, of any stroke and of those on the mark."""
    highest, on_mark, start = [], [], 0
    for case in cases:
        own = odds[start : start + len(case.rows)]
        start += len(case.rows)
        highest.append(own.max(initial=-99.0))
        on_mark.append(own[case.drawn].max(initial=-99.0))
    return np.array(highest), np.array(on_mark)


def tell(cases: Sequence[Case], odds: NDArray[np.float64], limit: float) -> None:
    """Prints recall by kind, set, colour and storage, and false alarms by set."""
    highest, on_mark = scores(cases, odds)
    found: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for case, best, best_on_mark in zip(cases, highest, on_mark, strict=True):
        if not case.kind:
            found["false alarms", case.set].append(bool(best > limit))
            continue
        for key in (
            ("recall", "all"), ("recall of", case.kind), ("recall in", case.set),
            ("recall of", _tone(case.name)), ("recall stored as", _storage(case.name)),
            ("covered in", case.set),
        ):  # fmt: skip
            value = best_on_mark > (limit if key[0] != "covered in" else -99.0)
            found[key].append(bool(value))
    for key in sorted(found):
        hits = found[key]
        print(f"{' '.join(key)}: {sum(hits)} of {len(hits)} = {np.mean(hits):.3f}")


def _tone(name: str) -> str:
    values = [int(each) for each in name[name.index("(") + 1 : name.index(")")].split(",")]
    if max(values) == 0 or min(values) == 255:
        return "black and white"
    return "grey tones" if len(set(values)) == 1 else "colours"


def _storage(name: str) -> str:
    return (
        "png" if name.endswith("png") else "jpeg 4:4:4" if name.endswith("4:4:4") else "jpeg 4:2:0"
    )


def fit(cases: list[Case]) -> None:
    """Writes the trees, and prints what cross-validation says of them."""
    rng = np.random.default_rng(SEED)
    cases = [_on_several_photos(case, rng) for case in cases]
    rows = np.concatenate([case.rows for case in cases])
    drawn = np.concatenate([case.drawn for case in cases])
    planted = np.concatenate([np.full(len(case.rows), bool(case.kind)) for case in cases])
    fold = np.concatenate([np.full(len(case.rows), case.number % FOLDS) for case in cases])
    used = drawn | ~planted
    odds = np.zeros(len(rows))
    for number in range(FOLDS):
        inside = used & (fold != number)
        model = _grown(rows[inside], drawn[inside])
        odds[fold == number] = model.decision_function(rows[fold == number])
    highest, _ = scores(cases, odds)
    limits = []
    for name in {case.set for case in cases}:
        own = np.array([case.set == name and not case.kind for case in cases])
        ranked = np.sort(highest[own])[::-1]
        limits.append(ranked[int(ACCUSED * len(ranked))])
    limit = float(max(limits))
    tell(cases, odds, limit)
    write_trees(PATH, _as_trees(_grown(rows[used], drawn[used]), limit))


def _on_several_photos(case: Case, rng: np.random.Generator) -> Case:
    """As if other photos bore the same mark: nobody marks a single photo."""
    if not case.kind or rng.random() < 0.6 or not case.drawn.any():
        return case
    rows, share = case.rows.copy(), rng.uniform(0, MOST_ALIKE)
    absent, alike = slice(len(FIGURES), len(FIGURES) + 3), slice(len(FIGURES) + 3, None)
    rows[case.drawn, absent] = np.minimum(rows[case.drawn, absent], 1 - share)
    rows[case.drawn, alike] = np.maximum(rows[case.drawn, alike], share)
    return replace(case, rows=rows)


def _grown(rows: NDArray[np.float64], drawn: NDArray[np.bool_]) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=300, max_leaf_nodes=16, learning_rate=0.05, l2_regularization=1.0,
        early_stopping=False, random_state=SEED,
    ).fit(rows, drawn)  # fmt: skip


def _as_trees(model: Any, limit: float) -> Trees:
    """A fitted model, its nodes in the order in which `Trees` holds them."""
    roots: list[int] = []
    feature: list[int] = []
    number: list[float] = []
    right: list[int] = []

    def add(nodes: Any, place: int) -> None:
        node, here = nodes[place], len(feature)
        leaf = bool(node["is_leaf"])
        feature.append(0 if leaf else int(node["feature_idx"]))
        number.append(float(node["value"] if leaf else node["num_threshold"]))
        right.append(0)
        if not leaf:
            add(nodes, int(node["left"]))
            right[here] = len(feature) - here
            add(nodes, int(node["right"]))

    for (tree,) in model._predictors:
        roots.append(len(feature))
        add(tree.nodes, 0)
    return Trees(
        np.array(roots), np.array(feature), np.array(number), np.array(right),
        bias=float(np.ravel(model._baseline_prediction)[0]), limit=round(limit, 3),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("report", "fit"))
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--sets", default=",".join((*SETS, "icdar15_words")))
    parser.add_argument("--copies", type=int, default=3)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    cases: list[Case] = []
    for name in arguments.sets.split(","):
        cases += make_cases(name, arguments.root, arguments.what, arguments.copies)
        print(f"{name}: {len(cases)} cases so far", flush=True)
    if arguments.what == "fit":
        fit(cases)
        return
    trees = fitted_trees()
    tell(cases, trees.log_odds(np.concatenate([case.rows for case in cases])), trees.limit)


if __name__ == "__main__":
    main()

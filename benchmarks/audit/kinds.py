"""Two kinds in a class (ANN302): pairs of classes merged into one, and classes as they are.

    python -m benchmarks.audit.kinds report --root $DLTRAIN_DATA
    python -m benchmarks.audit.kinds fit --root $DLTRAIN_DATA
    python -m benchmarks.audit.kinds all --root $DLTRAIN_DATA --sheets .bench/kinds

Every pair of classes of a set is merged and tried, every class is tried alone and ten times with
half of its objects drawn. `fit` and `report` take the objects of one half (DeepPCB: boards), `all`
takes both. Each photo of DeepPCB counts as an object. `--sheets` writes what the two kinds of each
pair look like, as found.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.audit.regions import MARKED, Marked, class_names, marked
from engine.audit.appearance import look
from engine.audit.audited import MOST_LOOKS
from engine.audit.checks.two_kinds import is_clear
from engine.audit.kinds.separation import Separation, separate
from engine.audit.kinds.words import differences
from engine.audit.regions import larger_pieces, with_masks
from engine.data.components import find_components

SEED = 3
DRAWS = 10
CUTTING_PX = 72


@dataclass(frozen=True, slots=True)
class Region:
    """One region of a benchmark set and what it looks like."""

    photo: Marked
    class_index: int
    bbox_xywh: tuple[int, int, int, int]
    figures: NDArray[np.float64]


def regions(name: str, root: Path, half: str) -> list[Region]:
    """All regions of a set, as the check takes them."""
    found: list[Region] = []
    started, cpu = time.perf_counter(), time.process_time()
    for photo in marked(name, root):
        if half not in (photo.half, "all") or not (photo.boxes or photo.labels):
            continue
        grey = photo.grey()
        for index, box in photo.boxes:
            found.append(Region(photo, index, box, look(grey, box)))
        label_map = photo.label_map(grey.shape)
        for piece, mask in with_masks(larger_pieces(find_components(label_map)), grey.shape):
            figures = look(grey, piece.bbox_xywh, mask)
            found.append(Region(photo, piece.class_index, piece.bbox_xywh, figures))
    seconds = time.perf_counter() - started, time.process_time() - cpu
    print(f"{name}: {len(found)} regions, {seconds[0]:.1f} s, CPU {seconds[1]:.1f} s", flush=True)
    return found


def attempt(chosen: Sequence[Region], seed: int = 0) -> Separation | None:
    """What the check finds in these regions, as many as it takes, objects in turn."""
    taken: Counter[str] = Counter()
    turns = []
    for position in np.random.default_rng(SEED).permutation(len(chosen)).tolist():
        turns.append((taken[chosen[position].photo.object], position))
        taken[chosen[position].photo.object] += 1
    kept = [chosen[position] for _, position in sorted(turns)][:MOST_LOOKS]
    figures = np.array([each.figures for each in kept]).reshape(len(kept), -1)
    return separate(figures, [each.photo.object for each in kept], seed)


def try_set(name: str, root: Path, half: str, sheets: Path | None) -> None:
    """Prints a line for each pair and each class."""
    everything, names = regions(name, root, half), class_names(name)
    of_class = {
        index: [each for each in everything if each.class_index == index]
        for index in range(len(names))
    }
    found = tried = 0
    for first, second in itertools.combinations(range(len(names)), 2):
        merged = [*of_class[first], *of_class[second]]
        separation = attempt(merged)
        line(f"{names[first]} + {names[second]}", merged, separation)
        tried += 1
        found += separation is not None and is_clear(separation)
    print(f"{name}, {half}: {found} of {tried} pairs found", flush=True)
    wrong = drawn = 0
    for index, class_name in enumerate(names):
        separation = attempt(of_class[index])
        line(class_name, of_class[index], separation)
        wrong += separation is not None and is_clear(separation)
        objects = sorted({each.photo.object for each in of_class[index]})
        rng = np.random.default_rng(SEED)
        for number in range(DRAWS):
            half_of_them = set(rng.permutation(objects)[: (len(objects) + 1) // 2].tolist())
            some = [each for each in of_class[index] if each.photo.object in half_of_them]
            separation = attempt(some, number)
            drawn += separation is not None and is_clear(separation)
    print(
        f"{name}, {half}: {wrong} of {len(names)} classes called two, "
        f"{drawn} of {DRAWS * len(names)} drawn halves of one",
        flush=True,
    )
    if sheets is not None:
        write_sheets(sheets / name, of_class, names)


def line(what: str, chosen: Sequence[Region], found: Separation | None) -> None:
    objects = len({each.photo.object for each in chosen})
    if found is None:
        print(f"  {what}: {len(chosen)} regions of {objects} objects, too few")
        return
    print(
        f"  {what}: {len(chosen)} regions of {objects} objects, chance {found.chance:.3f}, "
        f"depth {found.depth:.2f}, agreement {found.agreement:.2f}"
        f"{', TWO' if is_clear(found) else ''}",
        flush=True,
    )


def write_sheets(folder: Path, of_class: dict[int, list[Region]], names: Sequence[str]) -> None:
    """A picture for each pair: a dozen regions of the one kind above a dozen of the other."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    for first, second in itertools.combinations(range(len(names)), 2):
        merged = [*of_class[first], *of_class[second]]
        figures = np.array([each.figures for each in merged]).reshape(len(merged), -1)
        found = separate(figures, [each.photo.object for each in merged])
        if found is None or not is_clear(found):
            continue
        rows = []
        for side in (found.second, ~found.second):
            own = rng.permutation(np.flatnonzero(side))[:12].tolist()
            rows.append(np.hstack([cutting(merged[position]) for position in np.resize(own, 12)]))
        cv2.imwrite(f"{folder}/{names[first]}_{names[second]}.png", np.vstack(rows))
        words = differences(figures[found.second], figures[~found.second])
        print(f"  {names[first]} + {names[second]}: {words[0]} / {words[1]}")


def cutting(region: Region) -> NDArray[np.uint8]:
    """The region in its surroundings, (72, 72)."""
    x, y, width, height = region.bbox_xywh
    grey = region.photo.grey()
    around = max(width, height) // 2 + 4
    part = grey[max(0, y - around) : y + height + around, max(0, x - around) : x + width + around]
    return np.asarray(cv2.resize(part, (CUTTING_PX, CUTTING_PX)), np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("half", choices=("report", "fit", "all"))
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--sets", default=",".join(MARKED))
    parser.add_argument("--sheets", type=Path)
    arguments = parser.parse_args()
    for name in arguments.sets.split(","):
        try_set(name, arguments.root, arguments.half, arguments.sheets)


if __name__ == "__main__":
    main()

"""Forgotten annotations (ANN303): a tenth is taken away, and the check must suggest them.

    python -m benchmarks.audit.lookalikes report --root $DLTRAIN_DATA
    python -m benchmarks.audit.lookalikes fit --root $DLTRAIN_DATA --sheets .bench/lookalikes

One annotation in ten is taken away, drawn with a seed, three times over. Suggestions are the places
where nothing is annotated, likeliest first. Asked: among the first 2 x as many as were taken away,
half of what was taken away. One is found when a suggestion's box has its middle inside of it, 3 %
of the photo's longer side beyond. Halves by object, DeepPCB by board. `--sheets` draws the first.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.audit.regions import MARKED, Marked, marked
from engine.audit.lookalikes.photos import Annotated, SmallPhoto, small_photo
from engine.audit.lookalikes.search import Candidates, search
from engine.audit.lookalikes.suggest import least_told, ranked, region_likelihoods
from engine.audit.photos.preview import make_preview, pack
from engine.audit.photos.tints import make_tints
from engine.audit.regions import with_masks
from engine.data.components import find_components
from engine.data.images import read_image

SHARE = 0.1
DRAWS = 3
LEAST_AREA_PX = 12
TOLERANCE = 0.03


@dataclass(frozen=True, slots=True)
class Trial:
    """A photo of a benchmark set as the check sees it, and all of its annotations."""

    source: Marked
    preview: bytes
    tints: bytes
    size_hw: tuple[int, int]
    regions: tuple[Annotated, ...]


def read(name: str, root: Path, half: str) -> list[Trial]:
    found = []
    for source in marked(name, root):
        if half not in (source.half, "all"):
            continue
        photo = read_image(source.path)
        regions = [Annotated(index, box) for index, box in source.boxes]
        if source.labels is not None:
            label_map = source.label_map(photo.shape[:2])
            pieces = [each for each in find_components(label_map) if each.area_px >= LEAST_AREA_PX]
            regions += [
                Annotated(region.class_index, region.bbox_xywh, mask)
                for region, mask in with_masks(pieces, label_map.shape)
            ]
        size_hw = photo.shape[0], photo.shape[1]
        preview, tints = pack(make_preview(photo)), make_tints(photo)
        found.append(Trial(source, preview, tints, size_hw, tuple(regions)))
    return found


def try_set(name: str, trials: Sequence[Trial], sheets: Path | None) -> None:
    """Prints, for each draw, how many of those taken away are found."""
    every = [(p, r) for p, each in enumerate(trials) for r in range(len(each.regions))]
    count = max(1, round(SHARE * len(every)))
    hits = []
    for draw in range(DRAWS):
        rng = np.random.default_rng(draw)
        gone = [every[number] for number in rng.permutation(len(every))[:count]]
        photos = without(trials, set(gone))
        started = time.process_time()
        found = search(photos)
        if found is None:
            print(f"{name}: draw {draw}, what is annotated cannot be told", flush=True)
            continue
        spent = time.process_time() - started
        shown = ranked(found)
        per = [hit_share(trials, found, shown[: factor * count], gone) for factor in (1, 2, 4)]
        hits.append(per[1])
        print(
            f"{name}: draw {draw}, {count} of {len(every)} taken away, among the first 1, 2, 4 x "
            f"as many: {per[0]:.2f}, {per[1]:.2f}, {per[2]:.2f}; "
            f"{1000 * spent / len(photos):.1f} ms CPU a photo",
            flush=True,
        )
        regions = region_likelihoods(found, len(every) - count)
        limit = least_told(regions)
        told = shown[found.likelihood[shown] >= (2.0 if limit is None else limit)]
        print(
            f"    told {len(told)}, right {right(trials, found, told, gone):.2f}, of the first 20 "
            f"{right(trials, found, told[:20], gone):.2f}; found "
            f"{hit_share(trials, found, told, gone):.2f}",
            flush=True,
        )
        if sheets is not None and draw == 0:
            write_sheet(sheets / f"{name}.png", trials, found, shown[:32], gone)
    print(f"{name}: mean {np.mean(hits):.3f}, {len(trials)} photos", flush=True)


def without(trials: Sequence[Trial], gone: set[tuple[int, int]]) -> list[SmallPhoto]:
    """The photos with some annotations taken away: pairs (number of photo, of region)."""
    photos = []
    for number, each in enumerate(trials):
        kept = [r for i, r in enumerate(each.regions) if (number, i) not in gone]
        photos.append(small_photo(each.preview, each.tints, each.size_hw, kept))
    return photos


def meets(trials: Sequence[Trial], found: Candidates, place: int, which: tuple[int, int]) -> bool:
    if found.photo[place] != which[0]:
        return False
    trial = trials[which[0]]
    x, y, wide, high = trial.regions[which[1]].bbox_xywh
    more = TOLERANCE * max(trial.size_hw)
    left, top, own_wide, own_high = found.boxes_xywh[place]
    middle_x, middle_y = left + own_wide / 2, top + own_high / 2
    return x - more <= middle_x <= x + wide + more and y - more <= middle_y <= y + high + more


def hit_share(
    trials: Sequence[Trial],
    found: Candidates,
    shown: NDArray[np.intp],
    gone: Sequence[tuple[int, int]],
) -> float:
    """Share of those taken away that any of the suggestions meets."""
    return float(
        np.mean([any(meets(trials, found, place, each) for place in shown) for each in gone])
    )


def right(
    trials: Sequence[Trial],
    found: Candidates,
    shown: NDArray[np.intp],
    gone: Sequence[tuple[int, int]],
) -> float:
    """Share of the suggestions that meet one that was taken away."""
    if not len(shown):
        return float("nan")
    return float(np.mean([any(meets(trials, found, place, e) for e in gone) for place in shown]))


def write_sheet(
    path: Path,
    trials: Sequence[Trial],
    found: Candidates,
    shown: NDArray[np.intp],
    gone: Sequence[tuple[int, int]],
) -> None:
    """The first suggestions in their surroundings; those taken away are framed in green."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tiles = []
    for place in shown.tolist():
        grey = trials[found.photo[place]].source.grey()
        x, y, wide, high = found.boxes_xywh[place].tolist()
        side = 2 * max(wide, high) + 16
        padded = cv2.copyMakeBorder(grey, side, side, side, side, cv2.BORDER_CONSTANT)
        left, top = x + wide // 2 - side // 2, y + high // 2 - side // 2
        cut = padded[top + side : top + 2 * side, left + side : left + 2 * side]
        tile = cv2.cvtColor(cv2.resize(cut, (120, 120)), cv2.COLOR_GRAY2BGR)
        scale = 120 / side
        first = (round((x - left) * scale), round((y - top) * scale))
        last = (round((x + wide - left) * scale), round((y + high - top) * scale))
        known = any(meets(trials, found, place, each) for each in gone)
        cv2.rectangle(tile, first, last, (0, 220, 0) if known else (200, 0, 255), 1)
        tiles.append(tile)
    tiles += [np.zeros((120, 120, 3), np.uint8)] * (-len(tiles) % 8)
    rows = [np.hstack(tiles[start : start + 8]) for start in range(0, len(tiles), 8)]
    cv2.imwrite(str(path), np.vstack(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("half", choices=("report", "fit", "all"))
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--sets", default=",".join(MARKED))
    parser.add_argument("--sheets", type=Path)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    for name in arguments.sets.split(","):
        try_set(name, read(name, arguments.root, arguments.half), arguments.sheets)


if __name__ == "__main__":
    main()

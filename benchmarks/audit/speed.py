"""How fast `dltrain check` is, how its time grows, what memory it needs, and CleanVision beside it.

    python -m benchmarks.audit.speed make --root $DLTRAIN_DATA --count 1000 --out .bench/photos1000
    python -m benchmarks.audit.speed check --out .bench/photos1000
    CLEANVISION/bin/python -m benchmarks.audit.speed_cleanvision .bench/photos1000

`make` cuts the photos of four shared sets into quarters, none of which shows what another does,
scales each to 640 x 640 px and paints a mask for three in ten. `check` runs the command twice with
an empty cache of its own and tells wall time, CPU time and the largest memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from benchmarks.audit.sets import photos
from engine.data.images import read_image

SIDE_PX = 640
SETS = ("msra_td500", "magnetic_tile", "deeppcb", "mvtec_reduced")
RECIPE = """version: 1
name: speed
task: segmentation
classes: { mark: {}, stain: {} }
data:
  format: masks
  train: { images: images, labels: masks }
  validation: 20 %
  test: 20 %
  object: image
  unlabelled: empty
"""


def make(root: Path, out: Path, count: int, seed: int = 5) -> None:
    """Writes `count` photos, their masks and a recipe."""
    rng = np.random.default_rng(seed)
    quarters = [
        (each.path, row, column)
        for name in SETS
        for each in photos(name, root)
        for row in (0, 1)
        for column in (0, 1)
    ]
    chosen = rng.permutation(len(quarters))[:count]
    if len(chosen) < count:
        raise SystemExit(f"the shared sets give {len(quarters)} photos, {count} were asked for")
    for folder in ("images", "masks"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for number, position in enumerate(chosen.tolist()):
        path, row, column = quarters[position]
        photo = read_image(path)
        height, width = photo.shape[0] // 2, photo.shape[1] // 2
        part = photo[row * height :, column * width :][:height, :width]
        cut = cv2.resize(part, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
        stored = cut if cut.ndim == 2 else cv2.cvtColor(cut, cv2.COLOR_RGB2BGR)
        name = f"{number:05d}"
        cv2.imwrite(f"{out}/images/{name}.jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, 92])
        if rng.random() < 0.3:
            mask = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
            centre = rng.integers(60, SIDE_PX - 60, 2).tolist()
            axes = rng.integers(4, 40, 2).tolist()
            cv2.ellipse(mask, centre, axes, 30.0, 0, 360, int(rng.integers(1, 3)), -1)
            cv2.imwrite(f"{out}/masks/{name}.png", mask)
    (out / "speed.yaml").write_text(RECIPE, encoding="utf-8")


def check(out: Path) -> None:
    """Times the command twice, the second time with what the first has kept."""
    cache = out / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    count = len(list((out / "images").iterdir()))
    command = [sys.executable, "-m", "cli.main", "check", str(out / "speed.yaml"), "--out"]
    for name in ("first", "again"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        done = subprocess.run(
            [*command, str(out / f"audit_{name}")],
            env={**os.environ, "DLTRAIN_CACHE": str(cache)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        wall = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(
            f"{count} photos, {name}: {wall:.1f} s ({count / wall:.0f}/s), CPU {cpu:.1f} s, "
            f"peak {after.ru_maxrss / 2**20:.2f} GB, exit {done.returncode}",
            flush=True,
        )


def main() -> None:
    """Parses the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("make", "check"))
    parser.add_argument("--root", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=1000)
    arguments = parser.parse_args()
    if arguments.what == "make":
        make(arguments.root, arguments.out, arguments.count)
    else:
        check(arguments.out)


if __name__ == "__main__":
    main()

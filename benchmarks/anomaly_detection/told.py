"""What a side tells of the test photos and what it cost, in files that `score.py` reads.

`OUT/told.npz` holds `ids`, `scores` (n,) and `map_<i>` (H, W) float32 at each photo's own
resolution; the higher, the more anomalous, on any scale. `OUT/summary.json` holds the cost.
"""

from __future__ import annotations

import json
import platform
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.anomaly_detection.photos import JudgedPhoto

KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the clock, and of all threads of the process."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Of one photo: how anomalous it is, and each of its pixels, (H, W)."""

    score: float
    map: NDArray[np.float32]


def timed(action: Callable[[], Any]) -> tuple[Any, Cost]:
    """What an action gives, and what it costs."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = action()
    return result, Cost(time.perf_counter() - wall, time.process_time() - cpu)


def peak_mib() -> float:
    """The most memory that the process has had resident so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB


def tell_all(
    test: Sequence[JudgedPhoto],
    read: Callable[[Path], Any],
    tell: Callable[[Any], Told],
) -> tuple[list[Told], list[Cost]]:
    """Asks of one photo after the other; decoding it does not count."""
    answers: list[Told] = []
    costs: list[Cost] = []
    for photo in test:
        pixels = read(photo.image)
        answer, cost = timed(lambda pixels=pixels: tell(pixels))
        answers.append(answer)
        costs.append(cost)
    return answers, costs


def write_told(
    out: Path,
    test: Sequence[JudgedPhoto],
    told: Sequence[Told],
    fit: Cost,
    costs: Sequence[Cost],
    more: dict[str, Any],
) -> None:
    """Writes both files, and prints the summary.

    Args:
        out: folder, made where missing.
        test: the photos.
        told: of each photo.
        fit: cost of learning from the training photos, decoding them included.
        costs: of asking, photo by photo.
        more: what else the summary says of the side.
    """
    out.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {f"map_{i}": one.map for i, one in enumerate(told)}
    arrays["ids"] = np.array([photo.id for photo in test])
    arrays["scores"] = np.array([one.score for one in told], np.float64)
    np.savez_compressed(out / "told.npz", **arrays)
    summary = {
        **more,
        "python": platform.python_version(),
        "fit": asdict(fit),
        "photo": {
            "wall_s_median": float(np.median([cost.wall_s for cost in costs])),
            "wall_s_least": min(cost.wall_s for cost in costs),
            "wall_s_most": max(cost.wall_s for cost in costs),
            "cpu_s_mean": float(np.mean([cost.cpu_s for cost in costs])),
        },
        "cpu_s_of_process": time.process_time(),
        "peak_mib": peak_mib(),
    }
    text = json.dumps(summary, indent=2)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")
    print(text, flush=True)


def read_told(out: Path) -> dict[str, Told]:
    """What is told of each photo, by its id."""
    with np.load(out / "told.npz") as stored:
        rows = zip(stored["ids"].tolist(), stored["scores"].tolist(), strict=True)
        return {name: Told(score, stored[f"map_{i}"]) for i, (name, score) in enumerate(rows)}

r"""Both sides in turn, on one set after the other, and the table of what they reached.

    python -m benchmarks.anomaly_detection.compare --peer PEER/bin/python \
        --weights $DLTRAIN_DATA/weights/mobilenet_v2_0.35_224_no_top.weights.h5 \
        --out .bench/anomaly_detection $DLTRAIN_DATA/mvtec_reduced/*_reduced

Runs in dltrain's environment; `PEER` is anomalib's own (`requirements-peer.txt`). A set is a folder
as MVTec AD lays it out, or a JSON list (`photos.py`). Each side is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.anomaly_detection.photos import read_photos
from benchmarks.anomaly_detection.score import judge
from benchmarks.anomaly_detection.told import read_told

COLUMNS = (
    "set",
    "side",
    "image AUROC",
    "pixel AUROC",
    "PRO",
    "fit, s (CPU s)",
    "a photo, ms (CPU ms)",
    "peak, MiB (imports alone)",
)


def row(data: Path, out: Path) -> tuple[str, ...]:
    """One line of the table."""
    figures = judge(read_photos(data).test, read_told(out))
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    fit, photo = summary["fit"], summary["photo"]
    reached = [figures[name] for name in ("image_auroc", "pixel_auroc", "pro")]
    return (
        data.stem,
        summary["side"],
        *("–" if value is None else f"{value:.3f}" for value in reached),
        f"{fit['wall_s']:.1f} ({fit['cpu_s']:.1f})",
        f"{1000 * photo['wall_s_median']:.0f} ({1000 * photo['cpu_s_mean']:.0f})",
        f"{summary['peak_mib']:.0f} ({summary['imported_mib']:.0f})",
    )


def main() -> None:
    """Runs both sides, and prints the table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer", required=True, help="the interpreter of anomalib's environment")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", default="0")
    parser.add_argument("data", type=Path, nargs="+")
    given = parser.parse_args()
    lines = [COLUMNS, ("---",) * len(COLUMNS)]
    for data in given.data:
        ours, theirs = (given.out / data.stem / side for side in ("dltrain", "anomalib"))
        shared = ["--data", data, "--weights", given.weights, "--seed", given.seed]
        module = "benchmarks.anomaly_detection"
        subprocess.run([sys.executable, "-m", f"{module}.ours", *shared, "--out", ours], check=True)
        also = ["--features", ours / "features.npz", "--out", theirs]
        subprocess.run([given.peer, "-m", f"{module}.peer_anomalib", *shared, *also], check=True)
        lines += [row(data, ours), row(data, theirs)]
    print("\n".join(f"| {' | '.join(cells)} |" for cells in lines))


if __name__ == "__main__":
    main()

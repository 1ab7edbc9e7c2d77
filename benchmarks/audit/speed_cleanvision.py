"""How fast CleanVision is on the same photos, in an environment of its own.

    python3.11 -m venv CLEANVISION && CLEANVISION/bin/pip install cleanvision==0.3.7
    CLEANVISION/bin/python benchmarks/audit/speed_cleanvision.py .bench/photos1000

It is asked for its default issues (dark, light, odd size and aspect ratio, low information, blurry,
grey, exact and near duplicates) on as many processes as there are cores.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from cleanvision import Imagelab


def main() -> None:
    """Times one run over a folder that `benchmarks.audit.speed make` wrote."""
    folder = Path(sys.argv[1]) / "images"
    count = len(list(folder.iterdir()))
    started = time.perf_counter()
    lab = Imagelab(data_path=str(folder))
    lab.find_issues(n_jobs=os.cpu_count(), verbose=False)
    seconds = time.perf_counter() - started
    print(f"{count} photos: {seconds:.1f} s ({count / seconds:.0f}/s)")


if __name__ == "__main__":
    main()

"""What is kept of a run: what was read, and a summary of how."""

from __future__ import annotations

import csv
import json
import resource
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.ocr.peer_doctr.training import Spent
from benchmarks.ocr.words import Word

PACKAGES = ("python-doctr", "torch", "torchvision", "numpy")


def write_predictions(words: Sequence[Word], told: Sequence[str], path: Path) -> None:
    """A table of image and text."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("image", "text"))
        for word, text in zip(words, told, strict=True):
            table.writerow((f"{word.image.parent.name}/{word.image.name}", text))


def write_summary(
    given: Mapping[str, Any], words: Mapping[str, int], network: Any, spent: Spent, path: Path
) -> None:
    """What was asked for and what came of it, as JSON; all but the looks is printed as well.

    Args:
        given: of the command line and the preset.
        words: how many were for what.
    """
    summary = {
        **given,
        **words,
        "parameters": sum(each.numel() for each in network.parameters()),
        "validation_exact_match": max(each.exact_match for each in spent.looks),
        **asdict(spent),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "versions": {name: version(name) for name in PACKAGES},
    }
    path.write_text(json.dumps(summary, indent=2) + "\n")
    print(json.dumps({key: value for key, value in summary.items() if key != "looks"}))

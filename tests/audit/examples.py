"""For every check a data set that it must object to, and one that it must pass.

A new check needs an entry here; `test_conformance` says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.records import Dataset, ReadProblem
from tests.builders import dataset, sample


@dataclass(frozen=True, slots=True)
class Example:
    """`failing` breaks the rule `findings` times; `passing` comes close without breaking it."""

    failing: Dataset
    passing: Dataset
    findings: int = 1


def problem(kind: str, name: str = "train/a.png", **evidence: object) -> ReadProblem:
    return ReadProblem(kind, name, f"something about {kind}", evidence)


def only(*kinds: str) -> Dataset:
    return dataset({}, [problem(kind, f"train/{kind}.png") for kind in kinds])


BOTH = (0, 1)

EXAMPLES = {
    "SPL101": Example(
        failing=dataset(
            {
                "train": [sample("train/a.png", BOTH, content="same")],
                "test": [sample("test/b.png", BOTH, content="same")],
            }
        ),
        passing=dataset(
            {
                "train": [
                    sample("train/a.png", BOTH, content="same"),
                    sample("train/b.png", content="same"),
                ],
                "test": [sample("test/a.png", BOTH, content="other")],
            }
        ),
    ),
    "SPL103": Example(
        failing=dataset(
            {
                "train": [sample("train/a.png", BOTH, "cap1"), sample("train/b.png", (), "cap1")],
                "validation": [sample("val/c.png", BOTH, "cap1")],
            }
        ),
        passing=dataset(
            {
                "train": [sample("train/a.png", BOTH, "cap1"), sample("train/b.png", (), "cap1")],
                "validation": [sample("val/c.png", BOTH, "cap2")],
            }
        ),
    ),
    "DIV203": Example(
        failing=dataset({"train": [sample("a.png", [0])], "test": [sample("b.png")]}),
        passing=dataset({"train": [sample("a.png", [0]), sample("c.png", [1])]}),
        findings=3,
    ),
    "ANN305": Example(
        failing=only("size_mismatch", "lossy_mask", "unreadable_mask"),
        passing=only("unknown_label", "missing_annotation", "unreadable_image"),
        findings=3,
    ),
    "ANN306": Example(failing=only("unknown_label"), passing=only("lossy_mask")),
    "ANN309": Example(failing=only("missing_annotation"), passing=only("unknown_label")),
    "IMG403": Example(failing=only("unreadable_image"), passing=only("unreadable_mask")),
}

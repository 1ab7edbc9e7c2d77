"""The same file is in two parts of the split.

What it does
------------
Compares the SHA-256 of every image file in training, validation and test. Files with equal bytes
in different parts are reported together, whatever they are called. (SPL102 finds photos that
were stored again, with or without loss.)

Why it matters
--------------
A model recognises a photo that it was trained on. A test set that shares photos with training
measures memory, not skill: the figures in the report look good, and the line lets defects pass.

How to mend it
--------------
Keep each photo in one part only: delete the copies, or leave them out with `exclude`. If the
parts come from one folder, let the tool share them out (`data.pool`): it keeps copies together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.finding import Observation
from engine.records import Sample


def run(audited: Audited) -> Iterator[Observation]:
    """One observation for each file content that is in more than one part."""
    by_file: dict[str, list[Sample]] = defaultdict(list)
    for sample in audited.samples:
        by_file[sample.sha256].append(sample)
    for digest, samples in by_file.items():
        parts = list(dict.fromkeys(audited.part_of[sample.id] for sample in samples))
        if len(parts) > 1:
            yield Observation(
                samples=tuple(sample.id for sample in samples),
                message=f"the same file is in {' and in '.join(parts)}",
                evidence={
                    "splits": [
                        {"sample": sample.id, "split": audited.part_of[sample.id]}
                        for sample in samples
                    ],
                    "sha256": digest,
                },
                fix="Keep the photo in one part and leave its copies out",
            )


CHECK = Check("SPL101", "exact-duplicate-across-splits", "SPL", "error", "golden", run)

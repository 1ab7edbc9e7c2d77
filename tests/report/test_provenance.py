"""The lines under "How it was made"."""

from __future__ import annotations

from dataclasses import replace

from engine.report.provenance import provenance
from tests.test_training_record import RECORD

WEIGHTS = {"source": "w.h5", "digest": "ab", "tensors_loaded": 260, "skipped": ["top"]}


def test_weights_are_told_with_what_was_taken_of_them() -> None:
    told = provenance(replace(RECORD, weights=WEIGHTS))
    assert told["Weights"] == "w.h5, SHA-256 ab, 260 tensors (not used: top)"
    assert provenance(replace(RECORD, weights={}))["Weights"] == "none"
    from_scratch = {"source": "none", "digest": "", "tensors_loaded": 0, "skipped": []}
    assert provenance(replace(RECORD, weights=from_scratch))["Weights"] == "none"


def test_what_a_task_notes_of_its_model_is_told() -> None:
    noted = {**WEIGHTS, "memory": "60 of 99 patches", "places": "compared in their place"}
    told = provenance(replace(RECORD, steps=0, weights=noted))
    assert told["Memory"] == "60 of 99 patches"
    assert told["Places"] == "compared in their place"
    assert told["Training"].startswith("gathered in one pass")
    assert not {"Digest", "Source", "Skipped", "Tensors loaded"} & set(told)

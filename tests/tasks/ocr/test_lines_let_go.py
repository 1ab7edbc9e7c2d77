"""The lines of a photo are the largest part of what is made of it, and photos are many."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.recipe import load_recipe
from engine.records import TestSet, ValidationSet
from engine.tasks.ocr import evaluate as measured
from engine.tasks.ocr import infer
from engine.tasks.ocr import validate as watched
from tests.e2e.ocr_sets import lines
from tests.tasks.ocr.spoken import deployed, line, network, photo


@pytest.mark.parametrize("located", [False, True])
def test_lines_of_earlier_photos_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, located: bool
) -> None:
    given: list[weakref.ref[np.ndarray]] = []

    def see(*asked: Any, **how: Any) -> infer.Seen:
        assert sum(own() is not None for own in given) <= 1
        seen = infer.see(*asked, **how)
        given.append(weakref.ref(seen.lines))
        return seen

    for module in (measured, watched):
        monkeypatch.setattr(module, "network_of", lambda model, deployment: model)
        monkeypatch.setattr(module, "see", see)
    model, deployment = network({200: ("A12", 0.99)}, located=located), deployed(located=located)
    samples = tuple(
        photo(tmp_path, f"p{n}", (10, 20, 200, "A12"))
        if located
        else line(tmp_path, f"l{n}", 200, "A12")
        for n in range(4)
    )
    recipe = load_recipe(lines(tmp_path / "recipe", {"train": "1", "test": "2"}), [])
    photos = [measured.read_image(sample.image) for sample in samples]
    measured.calibrate(model, deployment, ValidationSet(samples), recipe, lambda *_: None)
    watched.validate(model, samples, photos.__getitem__, deployment)
    measured.evaluate(model, deployment, TestSet(samples), lambda *_: None)
    assert len(given) == 12

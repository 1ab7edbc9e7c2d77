"""A model that is gathered instead of trained: measured once, told as the loop tells."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from engine.train.gather import gather
from engine.train.plan import Gathered, Gathering, Validation
from tests.train.tiny import Recorder, build, plan


def gathering(order: list[str], notes: tuple[str, ...] = ()) -> Gathering:
    def make(progress: object) -> Gathered:
        order.append("gather")
        assert callable(progress)
        for done in (1, 2, 3):
            progress(done, 3)
        return Gathered(build(0.0), notes)

    def validate(model: keras.Model) -> Validation:
        order.append(f"validate {model.name}")
        return Validation(0.75, {"image_auroc": 0.75})

    return Gathering(make, validate)


def test_it_gathers_then_measures_once() -> None:
    order: list[str] = []
    recorder, heard = Recorder(), []
    fitted = gather(
        gathering(order, ("one photo was left out.",)),
        plan(batch=7),
        recorder,
        lambda done, total: heard.append((done, total)),
    )
    assert order == ["gather", "validate tiny"]
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert recorder.messages == ["started tiny"]
    assert recorder.validations == [(0, 0.75, True)]
    assert recorder.reports == []
    assert (fitted.steps, fitted.best_step, fitted.best_score) == (0, 0, 0.75)
    assert (fitted.batch, fitted.stopped_early) == (7, False)
    assert fitted.notes == ("one photo was left out.",)
    assert fitted.model.name == "tiny" and fitted.seconds >= 0


def test_the_seed_of_the_plan_decides_what_is_random() -> None:
    models = [
        gather(gathering([]), plan(seed=seed), Recorder(), lambda *_: None).model
        for seed in (3, 3, 4)
    ]
    first, same, other = ([w.copy() for w in model.get_weights()] for model in models)
    for left, right in zip(first, same, strict=True):
        np.testing.assert_array_equal(left, right)
    assert any((left != right).any() for left, right in zip(first, other, strict=True))


def test_what_goes_wrong_on_the_way_is_not_hidden() -> None:
    def fail(progress: object) -> Gathered:
        raise KeyboardInterrupt

    recorder = Recorder()
    with pytest.raises(KeyboardInterrupt):
        gather(Gathering(fail, lambda model: Validation(0, {})), plan(), recorder, lambda *_: None)
    assert recorder.messages == recorder.validations == []

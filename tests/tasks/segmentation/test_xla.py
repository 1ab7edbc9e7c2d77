"""When the step is compiled by XLA: for a network known to compile, and a run that repays it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.load import load_dataset
from engine.recipe import load_recipe
from engine.records import Split
from engine.tasks.segmentation.compile import compile_recipe
from tests.builders import caps


@pytest.mark.parametrize(
    ("changes", "xla"),
    [
        (["train.steps=400"], True),
        (["train.steps=399"], False),
        (["train.time_budget=90 s"], True),
        (["train.time_budget=89 s"], False),
        (["train.steps=400", "train.deterministic=true"], False),
        (["train.steps=400", "model.backbone=yolov8_xs"], False),
        (["train.steps=400", "model.architecture=deeplab_v3_plus"], False),
    ],
)
def test_xla_is_used_where_it_pays(changes: list[str], xla: bool, tmp_path: Path) -> None:
    recipe = load_recipe(caps(tmp_path, train=4, test=2), changes)
    assert compile_recipe(recipe, Split.of(load_dataset(recipe))).plan.xla is xla

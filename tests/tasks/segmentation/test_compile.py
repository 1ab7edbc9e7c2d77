"""From recipe and photos to what is trained and deployed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.load import load_dataset
from engine.recipe import load_recipe
from engine.records import Split
from engine.tasks.segmentation.compile import compile_recipe
from engine.tasks.segmentation.options import INFERENCE_TILE
from tests.builders import caps


@pytest.mark.parametrize("backbone", ["mit_b0", "plain_s"])
def test_a_transformer_predicts_on_tiles_of_the_size_that_it_learnt_on(
    backbone: str, tmp_path: Path
) -> None:
    recipe = load_recipe(caps(tmp_path, train=4, test=2), [f"model.backbone={backbone}"])
    compiled = compile_recipe(recipe, Split.of(load_dataset(recipe)))
    (shape, _), *_ = compiled.trainable.example
    patch_hw = shape[:2]
    assert patch_hw != (INFERENCE_TILE, INFERENCE_TILE)
    tile_hw = compiled.deployment.inference.tile_hw
    assert tile_hw == (patch_hw if backbone == "mit_b0" else (INFERENCE_TILE, INFERENCE_TILE))


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ([], {"steps": 3000, "time_budget_s": "no limit"}),
        (["train.time_budget=2 min"], {"steps": "no limit", "time_budget_s": 120.0}),
    ],
)
def test_the_length_of_training_is_among_the_parameters(
    tmp_path: Path, overrides: list[str], told: dict[str, object]
) -> None:
    recipe = load_recipe(caps(tmp_path, train=4, test=2), overrides)
    parameters = compile_recipe(recipe, Split.of(load_dataset(recipe))).parameters
    assert told.items() <= dict(parameters).items()

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import RecipeError
from engine.recipe import Recipe, load_recipe
from engine.recipe.render import digest, plain_recipe, render

from .conftest import CAPS, make_data
from .test_schema_keys import KEYS


def reload(recipe: Recipe, folder: Path) -> Recipe:
    path = folder / "elsewhere" / "recipe.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(render(recipe), encoding="utf-8")
    return load_recipe(path)


@pytest.mark.parametrize(("key", "overrides"), [k[:2] for k in KEYS], ids=[k[0] for k in KEYS])
def test_every_key_survives(key: str, overrides: list[str], caps: Path, folder: Path) -> None:
    recipe = load_recipe(caps, overrides)
    again = reload(recipe, folder)
    assert again == recipe
    assert render(again) == render(recipe)
    assert digest(again) == digest(recipe)


def test_the_rendering_is_written_as_people_write(caps: Path, folder: Path) -> None:
    written = render(load_recipe(caps, ["train.time_budget=90 min", "input.roi=[1, 2, 3, 4]"]))
    assert written.replace(str(folder), "FOLDER") == GOLDEN


GOLDEN = r"""version: 1
name: caps
task: segmentation
classes:
  scratch:
    labels: [scratch]
  chip:
    labels: [chip]
ignore: []
data:
  format: masks
  train: FOLDER/train
  validation: 20 %
  test: FOLDER/test
  object: "(?P<object>cap\\d+)"
  unlabelled: error
margins:
  edge: 12 px
input:
  size: null
  channels: rgb
  resize: auto
  tile: null
  overlap: 25 %
  roi: [1, 2, 3, 4]
model:
  backbone: plain_s
  weights: none
  architecture: unet
  freeze: false
train:
  epochs: null
  steps: null
  time_budget: 90 min
  batch_size: auto
  learning_rate: null
  patience: null
  precision: auto
  seed: 0
  deterministic: false
augment:
  flip: auto
  rotate: auto
  scale: 10 %
  shift: off
  brightness: 15 %
  contrast: 15 %
  blur: off
  noise: off
  elastic: off
checks: {}
waive: []
accept: {}
"""


def test_the_digest_is_of_the_recipe_not_of_the_machine(caps: Path, folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    make_data(other)
    (other / "r.yaml").write_text(CAPS)
    assert digest(load_recipe(other / "r.yaml")) == digest(load_recipe(caps))
    assert digest(load_recipe(caps, ["train.seed=1"])) != digest(load_recipe(caps))
    weights = digest(load_recipe(caps, ["model.weights=best.weights.h5"]))
    assert weights != digest(load_recipe(caps))


def test_json_holds_the_same(caps: Path) -> None:
    recipe = load_recipe(caps)
    plain = plain_recipe(recipe)
    assert json.loads(json.dumps(plain)) == plain
    assert plain["margins"] == {"edge": "12 px"}
    assert plain["data"]["validation"] == "20 %"


PERCENT = st.integers(1, 4500).map(lambda n: f"{n / 100} %")
TEXT = st.text(min_size=1).filter(str.strip)
CHANGES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "ignore": st.lists(st.integers(0, 65535) | st.text(min_size=1), max_size=3),
        "data.validation": PERCENT,
        "data.test": PERCENT,
        "margins.edge": st.floats(0, 49).map(lambda n: f"{n!r} %"),
        "input.overlap": st.floats(0, 90).map(lambda n: f"{n!r} %"),
        "train.learning_rate": st.floats(0, 10, exclude_min=True),
        "train.seed": st.integers(0, 2**31 - 1),
        "train.time_budget": st.integers(1, 10**6).map(lambda n: f"{n / 10} s"),
        "augment.rotate": st.floats(0, 180),
        "augment.noise": PERCENT,
        "waive": st.lists(
            st.fixed_dictionaries(
                {"code": st.just("ANN301"), "samples": st.lists(TEXT, min_size=1), "reason": TEXT}
            ),
            max_size=2,
        ),
        "accept.iou": st.floats(0, 1),
        "accept.escape_rate": PERCENT,
    },
)


@pytest.fixture(scope="module")
def shared_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        make_data(Path(name))
        Path(name, "caps.yaml").write_text(CAPS)
        yield Path(name)


@settings(deadline=None, max_examples=40)
@given(CHANGES)
def test_any_recipe_loads_again_from_its_rendering(
    shared_folder: Path, changes: dict[str, Any]
) -> None:
    overrides = [f"{key}={json.dumps(value)}" for key, value in changes.items()]
    try:
        recipe = load_recipe(shared_folder / "caps.yaml", overrides)
    except RecipeError:
        return  # drawn text that YAML or the schema refuses; what it says is tested elsewhere
    assert reload(recipe, shared_folder) == recipe

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import RecipeError
from engine.recipe import Recipe, load_recipe
from engine.recipe.schema import Source


def problem(path: Path, *overrides: str) -> str:
    with pytest.raises(RecipeError) as caught:
        load_recipe(path, overrides)
    (found,) = caught.value.problems
    return str(found)


def test_a_value_is_read_as_in_the_file(caps: Path) -> None:
    recipe = load_recipe(caps, ["train.epochs=3", "train.learning_rate=1e-3", "name=no"])
    assert recipe.train.epochs == 3
    assert recipe.train.learning_rate == 0.001
    assert recipe.name == "no"


def test_lists_and_mappings_are_values_too(caps: Path) -> None:
    recipe = load_recipe(caps, ["classes.scratch.labels=[1, 2]", "accept={iou: 0.5}"])
    assert recipe.classes["scratch"].labels == (1, 2)
    assert recipe.accept["iou"].value == 0.5


def test_the_last_override_of_a_key_counts(caps: Path) -> None:
    assert load_recipe(caps, ["train.seed=1", "train.seed=2"]).train.seed == 2


def test_an_override_makes_the_sections_on_its_way(caps: Path) -> None:
    caps.write_text(caps.read_text() + "augment:\n")
    recipe = load_recipe(caps, ["augment.flip=off", "classes.dent.labels=[3]"])
    assert recipe.augment.flip == "off"
    assert list(recipe.classes) == ["scratch", "chip", "dent"]


def test_an_override_replaces_in_place(caps: Path) -> None:
    recipe = load_recipe(caps, ["classes.scratch={labels: [7]}"])
    assert list(recipe.classes) == ["scratch", "chip"]


def test_null_takes_a_value_back(caps: Path) -> None:
    recipe = load_recipe(caps, ["train.epochs=3", "train.epochs=null"])
    assert recipe.train.epochs is None


def test_a_path_is_relative_to_the_recipe(
    caps: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    recipe: Recipe = load_recipe(folder / caps, ["data.train=validation"])
    assert recipe.data.train == Source(path=folder / "validation")


def test_a_class_whose_name_holds_dots(caps: Path) -> None:
    caps.write_text(caps.read_text().replace("scratch", "v1.2"))
    recipe = load_recipe(caps, ["classes.v1.2.labels=[5]"])
    assert recipe.classes["v1.2"].labels == (5,)


def test_an_entry_of_a_list(caps: Path) -> None:
    caps.write_text(caps.read_text() + "ignore: [unsure, 255]\n")
    assert load_recipe(caps, ["ignore.1=254"]).ignore == ("unsure", 254)
    assert problem(caps, "ignore.2=1") == (
        "--set ignore.2=1:1:1: ignore.2: the list has no entry '2'. Allowed: 0 to 1."
    )


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("train.epohcs=3", "train.epohcs: unknown key. Did you mean 'epochs'?"),
        ("trian.epochs=3", "trian: unknown key. Did you mean 'train'?"),
        ("name.x=3", "name.x: 'x' cannot be set inside 'caps'. Set the key above it as a whole: "
                     "'key={a: 1, b: 2}'."),
        ("train.epochs", "Received: no key.path=value; example: train.epochs=3."),
        ("=3", "Received: no key.path=value; example: train.epochs=3."),
        ("train..seed=3", "Received: no key.path=value; example: train.epochs=3."),
        ("train.epochs=[1", "train.epochs: not YAML: expected ',' or ']', but got '<stream end>'."),
        ("train.epochs=!!python/name:os.system", "train.epochs: tags are not allowed"),
        ("train.epochs=many", "train.epochs: Received: 'many'; allowed: a whole number from 1 to"),
        ("accept.iuo=1", "accept.iuo: unknown key. Did you mean 'iou'?"),
    ],
)  # fmt: skip
def test_overrides_that_cannot_be_used(caps: Path, override: str, expected: str) -> None:
    found = problem(caps, override)
    assert found.startswith(f"--set {override}:1:")
    assert expected in found

"""What a recipe says to do where a part has no good photo."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.recipe import load_recipe
from engine.recipe.good_place import add_good
from engine.records import SplitName
from tests.builders import write_recipe

HEAD = "version: 1\nname: caps\ntask: anomaly_detection\ndata:\n  object: image\n"


@pytest.mark.parametrize(
    ("section", "part", "place"),
    [
        ("format: mvtec; root: set", "test", "test/good of data.root, or name their folder with"),
        ("format: mvtec; root: set", "train", "train/good of data.root, or name"),
        ("format: mvtec; root: set; validation: 20 %", "validation", "train/good of data.root, or"),
        ("format: good_bad; good: [fine]; pool: set; validation: 20 %; test: 20 %", "test",
         "a folder fine in data.pool, or name their folder with data.good"),
        ("format: good_bad; train: set; validation: 20 %; test: more", "validation",
         "a folder good in data.train, or name"),
        ("format: masks; pool: set; validation: 20 %; test: 20 %", "test",
         "data.pool, each with an empty mask"),
        ("format: masks; unlabelled: empty; train: set; validation: 20 %; test: more", "test",
         "data.test, each with an empty mask or none"),
        ("format: masks; root: set", "test", "test/ of data.root, each with an empty mask"),
    ],
)  # fmt: skip
def test_good_photos_have_a_place(
    tmp_path: Path, section: str, part: SplitName, place: str
) -> None:
    for folder in ("set", "more"):
        (tmp_path / folder).mkdir()
    lines = "".join(f"  {line.strip()}\n" for line in section.split(";"))
    said = add_good(load_recipe(write_recipe(tmp_path, HEAD + lines)).data, part)
    assert said.startswith(f"Add photos of good parts to {place}")
    assert ("data.good" in said) == ("masks" not in section)

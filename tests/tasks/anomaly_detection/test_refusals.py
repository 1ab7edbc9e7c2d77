"""Bounds that the test set cannot measure are refused before anything is trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.recipe import Recipe, load_recipe
from engine.records import Dataset, ReadProblem, Sample
from engine.tasks.anomaly_detection.refusals import refuse
from tests.builders import write_recipe
from tests.tasks.anomaly_detection.good_parts import photo_of
from tests.tasks.anomaly_detection.test_unused import disputed_photo

RECIPE = """version: 1
name: caps
task: anomaly_detection
data:
  format: mvtec
  root: .
  object: image
margins:
  edge: 8 px
accept:
"""
EDGE = (slice(0, 6), slice(20, 36))


def bounded(folder: Path, *names: str) -> Recipe:
    bounds = {name: "5 %" if name.endswith("rate") else "0.5" for name in names}
    lines = "".join(f"  {name}: {bound}\n" for name, bound in bounds.items())
    return load_recipe(write_recipe(folder, RECIPE + lines))


def only_test(*photos: Sample) -> Dataset:
    return Dataset(("dent", "stain"), (), (), photos)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("overkill_rate", True, False), ("image_overkill_rate", True, False),
        ("escape_rate", False, True), ("image_escape_rate", False, True),
        ("image_auroc", True, True), ("image_ap", True, True),
        ("pixel_auroc", False, True), ("pro", False, True),
    ],
)  # fmt: skip
def test_what_each_bound_needs(tmp_path: Path, name: str, good: bool, bad: bool) -> None:
    own, photo, defect = (
        bounded(tmp_path, name),
        photo_of(tmp_path, "a"),
        photo_of(tmp_path, "b", 0),
    )
    refuse(own, only_test(photo, defect))
    for needed, left in ((good, defect), (bad, photo)):
        if needed:
            with pytest.raises(UsageError, match="cannot be measured") as caught:
                refuse(own, only_test(left))
            assert caught.value.where == f"accept.{name}"
        else:
            refuse(own, only_test(left))


def test_the_message(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        refuse(
            bounded(tmp_path, "pro", "image_auroc", "overkill_rate"),
            only_test(photo_of(tmp_path, "b", 0), disputed_photo(tmp_path, "c")),
        )
    assert str(caught.value) == (
        "accept.overkill_rate: the test set has no good photo, so that overkill_rate and "
        "image_auroc cannot be measured. Received: 2 test photos. Allowed: bounds on what the test "
        "photos can show. Add photos of good parts to test/good of data.root, or name their folder "
        "with data.good; or bound something else."
    )


def test_defects_that_nobody_marked_or_that_lie_in_the_margin(tmp_path: Path) -> None:
    unmarked = photo_of(tmp_path, "b", 0, mask=False)
    refuse(bounded(tmp_path, "escape_rate"), only_test(unmarked))
    with pytest.raises(UsageError, match=r"accept\.pro: the test set has no marked defect away"):
        refuse(bounded(tmp_path, "pro"), only_test(unmarked))
    with pytest.raises(UsageError, match=r"no photo of a defect away from the edge"):
        refuse(bounded(tmp_path, "escape_rate"), only_test(photo_of(tmp_path, "c", 0, EDGE)))


def test_the_audit_speaks_first(tmp_path: Path) -> None:
    lost = (ReadProblem("unreadable_image", "test/good/a.png", "no photo"),)
    data = only_test(photo_of(tmp_path, "b", 0))
    refuse(bounded(tmp_path, "overkill_rate"), replace(data, problems=lost))
    refuse(bounded(tmp_path, "overkill_rate"), only_test())

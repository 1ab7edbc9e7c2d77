"""Evidence on the page: drawn where it has a shape that is known, else told as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.checks import all_checks
from engine.audit.evidence import boxes_of, corners_of, laid_of, sheets_of, splits_of, told_as_text
from engine.audit.finding import AuditResult, Finding
from engine.audit.output import write_audit
from engine.audit.page import audit_page
from engine.audit.photos.store import FactStore
from engine.records import Dataset, ReadProblem
from tests.audit.examples import EXAMPLES, audited
from tests.builders import dataset, photo, sample

KEYS = ("splits", "kind", "kinds", "laid", "inner_xywh", "margin_px", "boxes", "corners", "mask")
SHAPES = (
    None, 3, "a", [], {}, ["crack", "cut"], [3], [[1, 2]], [{}], {"a": 1}, [{"kind": "x"}],
    [{"kind": "x", "regions": ["a"]}], [{"kind": "x", "regions": [{"sample": "a.png"}]}],
    [{"kind": "x", "regions": [{"sample": 3, "bbox_xywh": [1, 2, 3, 4]}]}],
    [{"bbox_xywh": 3}], [{"sample": "a.png"}],
)  # fmt: skip


def drawn(folder: Path, data: Dataset, *findings: Finding) -> str:
    """The page of these findings."""
    result = AuditResult(findings, (), ())
    return write_audit(folder / "out", "caps", result, data).page.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_page_shows_what_every_check_finds(code: str, tmp_path: Path) -> None:
    example, check = EXAMPLES[code], all_checks()[code]
    seen = audited(example.failing, example, tmp_path)
    data = Dataset(seen.dataset.class_names, **seen.dataset.parts(), folder=tmp_path)
    found = [
        Finding(code, check.name, "warn", each.samples, each.message, each.evidence, each.fix)
        for each in check.run(seen)
    ]
    page = audit_page("caps", AuditResult(tuple(found), (), ()), data, FactStore(tmp_path / "c"))
    assert sum(len(group.entries) for group in page.groups) == len(found) > 0


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", SHAPES, ids=str)
def test_a_key_that_means_something_else(key: str, value: object, tmp_path: Path) -> None:
    photo(tmp_path / "a.png")
    data = dataset({"train": [sample("a.png")]}, folder=tmp_path)
    found = Finding("ANN306", "unknown-label", "error", ("a.png",), "odd", {key: value}, "Mend it")
    assert "odd" in drawn(tmp_path, data, found)


def test_what_is_not_drawn_is_told() -> None:
    named = {"kinds": ["crack"], "boxes": 3, "laid": "x", "splits": "train", "kind": "odd"}
    nothing = (sheets_of(named), boxes_of(named), corners_of(named), laid_of(named))
    assert not any(nothing) and splits_of(named) == {}
    assert told_as_text(named) == {key: named[key] for key in ("kinds", "boxes", "laid", "splits")}
    regions = [{"sample": "a.png", "bbox_xywh": [1, 2, 3, 4]}]
    sheet = {"kinds": [{"kind": "crack", "regions": regions}], "class": "crack"}
    assert told_as_text(sheet) == {"class": "crack"}


def test_every_kind_of_problem_has_a_page(tmp_path: Path) -> None:
    photo(tmp_path / "a.png")
    evidence = {"folders": "test/cut", "good": ["good"], "labels": ["crack"], "mask": "none.png"}
    problems = [ReadProblem("unknown_label", "a.png", "odd", evidence)]
    data = dataset({}, problems, folder=tmp_path)
    found = Finding("ANN306", "unknown-label", "error", ("a.png",), "odd", evidence, "Mend it")
    page = drawn(tmp_path, data, found)
    assert "test/cut" in page and "crack" in page and "cannot be shown" in page

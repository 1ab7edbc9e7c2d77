"""Levels, waivers and the order of findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.audit import run_checks
from engine.audit.checks import all_checks
from engine.audit.finding import AuditResult
from engine.errors import UsageError
from engine.recipe import load_recipe
from engine.records import Dataset
from tests.audit.examples import only, problem
from tests.builders import RECIPE, caps, dataset, sample, write_recipe


def audit(folder: Path, data: Dataset, more: str = "") -> AuditResult:
    for part in ("train", "test"):
        (folder / part).mkdir(exist_ok=True)
    return run_checks(load_recipe(write_recipe(folder, RECIPE + more)), data)


BAD = only("missing_annotation", "unreadable_image")


def test_good_data_have_no_findings(tmp_path: Path) -> None:
    from engine.data.load import load_dataset

    recipe = load_recipe(caps(tmp_path))
    calls: list[tuple[int, int]] = []
    result = run_checks(recipe, load_dataset(recipe), lambda d, t: calls.append((d, t)))
    assert result.findings == ()
    assert result.checked == tuple(all_checks())
    assert calls[-1] == (len(all_checks()), len(all_checks()))


def test_severities_of_the_recipe(tmp_path: Path) -> None:
    result = audit(tmp_path, BAD, "checks: {ANN309: warn}\n")
    assert [(f.code, f.severity) for f in result.findings] == [
        ("IMG403", "error"),
        ("ANN309", "warn"),
    ]
    assert (result.count("error"), result.count("warn")) == (1, 1)


def test_a_check_that_is_off_does_not_run(tmp_path: Path) -> None:
    result = audit(tmp_path, BAD, "checks: {ANN309: off}\n")
    assert [f.code for f in result.findings] == ["IMG403"]
    assert "ANN309" not in result.checked


def test_waived_findings_are_kept_with_their_reason(tmp_path: Path) -> None:
    data = dataset(
        {}, [problem("missing_annotation", f"train/{name}.png") for name in ("a", "b", "[c]")]
    )
    waive = "waive:\n- {code: ANN309, samples: ['**/a.png', 'train/[c].png'], reason: seen}\n"
    result = audit(tmp_path, data, waive)
    assert [f.samples for f in result.findings] == [("train/b.png",)]
    assert [(w.finding.samples[0], w.reason) for w in result.waived] == [
        ("train/[c].png", "seen"),
        ("train/a.png", "seen"),
    ]


@pytest.mark.parametrize(("samples", "waived"), [("train/a.png", 0), ("*.png", 1)])
def test_a_pair_is_waived_only_as_a_whole(tmp_path: Path, samples: str, waived: int) -> None:
    data = dataset(
        {
            "train": [sample("train/a.png", (0, 1), content="x")],
            "test": [sample("test/a.png", (0, 1), content="x")],
        }
    )
    text = f"waive:\n- {{code: SPL101, samples: ['{samples}'], reason: r}}\n"
    result = audit(tmp_path, data, text)
    assert len(result.waived) == waived
    assert len(result.findings) == 1 - waived


@pytest.mark.parametrize(("samples", "waived"), [("*", 1), ("train/*", 0)])
def test_a_finding_without_photos_is_waived_by_a_star(
    tmp_path: Path, samples: str, waived: int
) -> None:
    data = dataset({"test": [sample("b.png", [0])]})
    text = f"waive:\n- {{code: DIV203, samples: ['{samples}'], reason: r}}\n"
    assert len(audit(tmp_path, data, text).waived) == waived


@pytest.mark.parametrize(
    "text", ["checks: {SPL110: off}\n", "waive: [{code: SPL110, samples: ['*'], reason: r}]\n"]
)
def test_unknown_codes_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"Received: SPL110.*Did you mean 'SPL10\d'") as caught:
        audit(tmp_path, BAD, text)
    assert caught.value.exit_code == 2


def test_the_order_does_not_depend_on_the_input(tmp_path: Path) -> None:
    kinds = ["missing_annotation", "unreadable_image", "unknown_label"]
    assert audit(tmp_path, only(*kinds)) == audit(tmp_path, only(*kinds[::-1]))

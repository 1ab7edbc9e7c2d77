"""Levels, waivers and the order of findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.audit import compare_photos, run_checks
from engine.audit.checks import all_checks
from engine.audit.finding import AuditResult, Finding, WaiverRule
from engine.audit.photos.examiner import open_examiner
from engine.audit.waivers import apply_waivers
from engine.errors import UsageError
from engine.recipe import load_recipe
from engine.records import Dataset
from tests.audit.drawn import only, problem
from tests.builders import RECIPE, caps, dataset, sample, write_recipe


def audit(folder: Path, data: Dataset, more: str = "") -> AuditResult:
    for part in ("train", "test"):
        (folder / part).mkdir(exist_ok=True)
    recipe = load_recipe(write_recipe(folder, RECIPE + more))
    with open_examiner() as examiner:
        return run_checks(recipe, compare_photos(recipe, data, examiner))


BAD = only("missing_annotation", "unreadable_image")
NO_CHIP_IN_TEST = dataset({"train": [sample("a.png", [0, 1])], "test": [sample("b.png", [0])]})


def test_good_data_have_no_findings(tmp_path: Path) -> None:
    from engine.data.load import load_dataset

    recipe = load_recipe(caps(tmp_path))
    calls: list[tuple[int, int]] = []
    with open_examiner() as examiner:
        data = load_dataset(recipe, probe=examiner)
        audited = compare_photos(recipe, data, examiner)
        result = run_checks(recipe, audited, lambda d, t: calls.append((d, t)))
    assert [f.code for f in result.findings if f.severity != "advice"] == ["DIV201"] * 2
    checked = tuple(c.code for c in all_checks().values() if c.applies_to("segmentation"))
    assert result.checked == checked
    assert calls[-1] == (len(checked), len(checked))
    assert not {"ANN308", "ANN310", "ANN312", "DIV206", "SPL106"} & set(checked)
    assert {"ANN302", "DIV205", "SPL101"} <= set(checked)


def test_severities_of_the_recipe(tmp_path: Path) -> None:
    result = audit(tmp_path, BAD, "checks: {ANN309: warn, DIV201: off}\n")
    assert [(f.code, f.severity) for f in result.findings] == [
        ("IMG403", "error"),
        ("ANN309", "warn"),
    ]
    assert (result.count("error"), result.count("warn")) == (1, 1)


def test_a_check_that_is_off_does_not_run(tmp_path: Path) -> None:
    result = audit(tmp_path, NO_CHIP_IN_TEST, "checks: {DIV203: off}\n")
    assert "DIV203" in {f.code for f in audit(tmp_path, NO_CHIP_IN_TEST).findings}
    assert "DIV203" not in {f.code for f in result.findings}
    assert "DIV203" not in result.checked
    assert (result.off, result.lowered) == (("DIV203",), ())


@pytest.mark.parametrize(
    ("checks", "severities", "lowered"),
    [
        ("{}", ["error", "warn", "advice"], ()),
        ("{DIV201: warn}", ["warn", "warn", "advice"], ("DIV201",)),
        ("{DIV201: error}", ["error", "error", "advice"], ()),
        ("{DIV201: {error: 1, warn: 1, advice: 30}}", ["advice", "advice"], ("DIV201",)),
        ("{DIV201: {error: 5, warn: 45}}", ["error", "warn", "warn"], ()),
    ],
)
def test_a_level_changes_warnings_and_errors_and_no_advice(
    tmp_path: Path, checks: str, severities: list[str], lowered: tuple[str, ...]
) -> None:
    photos = [
        sample(f"train/{kind}{n}.png", [kind])
        for kind, count in enumerate((2, 10, 40))
        for n in range(count)
    ]
    data = dataset({"train": photos}, class_names=("scratch", "chip", "dent"))
    result = audit(tmp_path, data, f"checks: {checks}\n")
    assert [f.severity for f in result.findings if f.code == "DIV201"] == severities
    assert result.lowered == lowered


def test_a_lowered_check_is_told(tmp_path: Path) -> None:
    result = audit(tmp_path, BAD, "checks: {ANN309: warn, IMG403: error}\n")
    assert (result.off, result.lowered) == ((), ("ANN309",))


@pytest.mark.parametrize("code", ["ANN305", "ANN306", "ANN309", "IMG403"])
def test_photos_left_out_cannot_be_kept_quiet(tmp_path: Path, code: str) -> None:
    with pytest.raises(UsageError, match=f"{code} tells which photos are left out"):
        audit(tmp_path, BAD, f"checks: {{{code}: off}}\n")


@pytest.mark.parametrize("code", ["SPL101", "SPL103"])
@pytest.mark.parametrize(
    "text",
    [
        "checks: {CODE: off}",
        "checks: {CODE: warn}",
        "waive: [{code: CODE, samples: ['*'], reason: r}]",
    ],
)
def test_the_golden_rule_cannot_be_waived(tmp_path: Path, code: str, text: str) -> None:
    with pytest.raises(UsageError, match="can be neither lowered nor waived") as caught:
        audit(tmp_path, BAD, text.replace("CODE", code) + "\n")
    assert caught.value.exit_code == 2
    assert audit(tmp_path, BAD, f"checks: {{{code}: error}}\n").lowered == ()


def test_waived_findings_are_kept_with_their_reason(tmp_path: Path) -> None:
    data = dataset(
        {}, [problem("missing_annotation", f"train/{name}.png") for name in ("a", "b", "[c]")]
    )
    waive = "waive:\n- {code: ANN309, samples: ['**/a.png', 'train/[c].png'], reason: seen}\n"
    result = audit(tmp_path, data, f"checks: {{DIV201: off}}\n{waive}")
    assert [f.samples for f in result.findings] == [("train/b.png",)]
    assert [(w.finding.samples[0], w.reason) for w in result.waived] == [
        ("train/[c].png", "seen"),
        ("train/a.png", "seen"),
    ]


def test_a_waiver_that_matches_nothing_is_told(tmp_path: Path) -> None:
    data = dataset({}, [problem("missing_annotation", "train/a.png")])
    waive = "waive:\n- {code: ANN309, samples: ['train/a.png', '*/b.png'], reason: seen}\n"
    waive += "- {code: ANN309, samples: ['**'], reason: seen too}\n"
    waive += "- {code: ANN301, samples: ['cap*'], reason: mended}\n"
    result = audit(tmp_path, data, waive)
    assert [rule.code for rule in result.idle_waivers] == ["ANN301"]
    assert result.idle_waivers[0].matches_nothing == "the waiver of ANN301 (cap*) matches nothing"


@pytest.mark.parametrize(("samples", "waived"), [("train/a.png", 0), ("*.png", 1)])
def test_a_pair_is_waived_only_as_a_whole(samples: str, waived: int) -> None:
    pair = Finding("SPL102", "twins", "error", ("train/a.png", "test/a.png"), "alike")
    standing, accepted = apply_waivers([pair], [WaiverRule("SPL102", (samples,), "seen")])
    assert (len(standing), len(accepted)) == (1 - waived, waived)


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

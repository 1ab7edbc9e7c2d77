"""`findings.json` and `audit.html`: complete, safe, self-contained, whole or not at all."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.audit.audit import compare_photos, run_checks
from engine.audit.checks import all_checks
from engine.audit.finding import AuditResult, Finding, WaivedFinding, WaiverRule
from engine.audit.output import write_audit
from engine.audit.page import SHOWN_FINDINGS
from engine.audit.photos.examiner import open_examiner
from engine.data.load import load_dataset
from engine.errors import UsageError
from engine.recipe import load_recipe
from tests.builders import RECIPE, caps, dataset, mask, photo, sample, write_recipe

GOLDEN = Path(__file__).parents[1] / "golden" / "audit" / "findings.json"
HOSTILE = "<script>alert(1)</script>'\"&{{7*7}}\n.png"


def result(*findings: Finding, waived: tuple[WaivedFinding, ...] = ()) -> AuditResult:
    return AuditResult(findings, waived, ("ANN309", "SPL101"))


def missing(name: str) -> Finding:
    return Finding(
        "ANN309", "missing-annotation", "error", (name,), "no mask", {"orphan": False}, "Draw one"
    )


class Page(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for key, value in attrs if key in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_findings_json_is_the_contract(tmp_path: Path) -> None:
    waived = WaivedFinding(missing("train/ü.png"), "a blank plate")
    audit = result(missing("train/a.png"), waived=(waived,))
    files = write_audit(tmp_path, "caps", audit, dataset({}))
    assert files.findings.read_text(encoding="utf-8") == GOLDEN.read_text(encoding="utf-8")


def test_what_stands_in_backticks_is_code_and_still_escaped(tmp_path: Path) -> None:
    found = tuple(
        Finding(code, check.name, "warn", (), "state `<b>` or `", {}, "Run `dltrain formats`")
        for code, check in all_checks().items()
    )
    page = write_audit(tmp_path, "caps", result(*found), dataset({})).page.read_text("utf-8")
    assert "State <code>&lt;b&gt;</code> or `." in page
    assert "Run <code>dltrain formats</code>." in page
    assert Page(page).text.count("`") == len(found)


def broken(folder: Path) -> Path:
    """Caps with one finding of each kind that files can have."""
    recipe = caps(folder)
    (folder / "train/images/cap000_a.png").write_bytes(b"nothing")
    mask(folder / "train/masks/cap001_a.png", size_hw=(32, 24))
    mask(folder / "train/masks/cap002_a.png", 9)
    (folder / "train/masks/cap003_a.png").unlink()
    photo(folder / "test/images/cap004_b.png", seed=4)
    mask(folder / "test/masks/cap004_b.png", 1)
    return recipe


def test_the_page_shows_evidence_without_network(tmp_path: Path) -> None:
    recipe = load_recipe(broken(tmp_path))
    data = load_dataset(recipe)
    with open_examiner() as examiner:
        found = run_checks(recipe, compare_photos(recipe, data, examiner))
    assert {f.code for f in found.findings} == {
        "DIV201", "IMG403", "ANN305", "ANN306", "ANN309", "SPL101", "SPL103"
    }  # fmt: skip
    files = write_audit(tmp_path / "out", "caps", found, data)
    page = Page(files.page.read_text(encoding="utf-8"))
    assert page.addresses and all(a.startswith(("data:image/", "#")) for a in page.addresses)
    assert "script" not in page.tags and "link" not in page.tags
    assert page.tags.count("img") >= 8
    assert "cannot be shown" in page.text
    for finding in found.findings:
        assert finding.code in page.text
        assert finding.message.replace("`", "")[1:] in page.text
    document = json.loads(files.findings.read_text(encoding="utf-8"))
    assert len(document["findings"]) == len(found.findings)
    assert str(tmp_path) not in json.dumps([f["samples"] for f in document["findings"]])
    assert sorted(os.listdir(tmp_path / "out")) == ["audit.html", "findings.json"]


def test_names_cannot_run_code(tmp_path: Path) -> None:
    photo(tmp_path / "data" / HOSTILE.replace("/", "_"))
    hostile = missing(HOSTILE)
    data = dataset({"train": [sample(HOSTILE)]}, folder=tmp_path / "data")
    files = write_audit(tmp_path / "out", HOSTILE, result(hostile), data)
    text = files.page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "alert(1)" in Page(text).text
    assert "{{7*7}}" in text


def test_many_findings_are_counted_not_shown(tmp_path: Path) -> None:
    many = [missing(f"train/{n:04}.png") for n in range(SHOWN_FINDINGS + 9)]
    files = write_audit(tmp_path, "caps", result(*many), dataset({}, folder=tmp_path))
    text = Page(files.page.read_text(encoding="utf-8")).text
    assert "9 more are in findings.json" in text
    assert f"{SHOWN_FINDINGS + 9} errors" in re.sub(r"\s+", " ", text)
    assert len(json.loads(files.findings.read_text(encoding="utf-8"))["findings"]) == len(many)


@pytest.mark.parametrize(("more", "told"), [(1, "1 more is in"), (2, "2 more are in")])
def test_what_is_not_shown_is_told(tmp_path: Path, more: int, told: str) -> None:
    many = [missing(f"train/{n:04}.png") for n in range(SHOWN_FINDINGS + more)]
    files = write_audit(tmp_path, "caps", result(*many), dataset({}, folder=tmp_path))
    assert f"{told} findings.json" in Page(files.page.read_text(encoding="utf-8")).text


def test_waivers_are_printed_with_their_reason(tmp_path: Path) -> None:
    waived = WaivedFinding(missing("train/a.png"), "a blank <plate>")
    files = write_audit(tmp_path, "caps", result(waived=(waived,)), dataset({}))
    text = Page(files.page.read_text(encoding="utf-8")).text
    assert "a blank <plate>" in text
    assert "may be trained on" in text


def test_a_waiver_that_matches_nothing_is_noted(tmp_path: Path) -> None:
    idle = replace(result(), idle_waivers=(WaiverRule("ANN301", ("cap<7>*",), "mended"),))
    files = write_audit(tmp_path, "caps", idle, dataset({}))
    text = Page(files.page.read_text(encoding="utf-8")).text
    assert "Note: the waiver of ANN301 (cap<7>*) matches nothing." in text


def test_a_defect_in_the_margin_is_cut_out(tmp_path: Path) -> None:
    caps(tmp_path)
    text = RECIPE + "margins:\n  edge: 4 px\n"
    loaded = load_recipe(write_recipe(tmp_path, text))
    data = load_dataset(loaded)
    with open_examiner() as examiner:
        found = run_checks(loaded, compare_photos(loaded, data, examiner))
    files = write_audit(tmp_path / "out", "caps", found, data)
    page = files.page.read_text(encoding="utf-8")
    margin = sum(finding.code == "ANN301" for finding in found.findings)
    assert page.count('class="large"') == margin > 0
    assert "yellow where the margin begins" in page


def test_severities_of_one_code_are_counted_apart(tmp_path: Path) -> None:
    warned = replace(missing("train/b.png"), severity="warn")
    files = write_audit(tmp_path, "caps", result(missing("train/a.png"), warned), dataset({}))
    text = " ".join(Page(files.page.read_text(encoding="utf-8")).text.split())
    assert "missing-annotation · error · 1" in text and "missing-annotation · warn · 1" in text
    assert "1 error, 1 warning, 0 pieces of advice." in text


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"cannot be written.*--out"):
        write_audit(tmp_path / "file", "caps", result(), dataset({}))


def test_what_is_switched_off_or_lowered_is_told(tmp_path: Path) -> None:
    quiet = replace(result(), off=("ANN303",), lowered=("SPL102",))
    files = write_audit(tmp_path, "caps", quiet, dataset({}))
    told = json.loads(files.findings.read_text(encoding="utf-8"))
    assert (told["off"], told["lowered"]) == (["ANN303"], ["SPL102"])
    text = files.page.read_text(encoding="utf-8")
    assert "ANN303 unannotated-lookalike is switched off" in text
    assert "SPL102 near-duplicate-across-splits is lowered to a warning" in text

"""What every check has to satisfy."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from pathlib import Path

import pytest

from engine.audit.check import FAMILY_NAMES, Check
from engine.audit.checks import all_checks, check_modules
from engine.audit.docs import check_docs, checks_page, explanation, parse_docs
from engine.audit.finding import Observation
from engine.recipe.metrics import TASKS
from tests.audit.examples import EXAMPLES, audited

CHECKS = list(all_checks().values())
DOCS = Path(__file__).parents[2] / "docs"


def by_code(check: Check) -> str:
    return check.code


def test_the_family_is_not_empty_and_codes_are_unique() -> None:
    codes = [importlib.import_module(name).CHECK.code for name in check_modules()]
    assert len(codes) >= 7
    assert [code for code, count in Counter(codes).items() if count > 1] == []
    assert list(all_checks()) == sorted(codes)


def test_every_check_has_an_example() -> None:
    assert set(EXAMPLES) == set(all_checks())


@pytest.mark.parametrize("check", CHECKS, ids=by_code)
class TestEveryCheck:
    def test_code_and_name(self, check: Check) -> None:
        assert check.code[:3] == check.family
        assert check.family in FAMILY_NAMES
        assert check.code[3:].isdigit() and len(check.code) == 6
        assert check.name == check.name.lower().replace(" ", "-")

    def test_it_has_a_task(self, check: Check) -> None:
        assert check.tasks and set(check.tasks) <= set(TASKS)
        assert check.applies_to(EXAMPLES[check.code].settings.task)

    def test_docs_are_complete(self, check: Check) -> None:
        docs = check_docs(check)
        assert docs.summary.endswith(".") and "\n" not in docs.summary
        for _, text in docs.sections():
            assert len(text) > 80
        assert check.code in explanation(check)

    def test_failing_example(self, check: Check, tmp_path: Path) -> None:
        example = EXAMPLES[check.code]
        found = list(check.run(audited(example.failing, example, tmp_path)))
        assert len(found) == example.findings
        for each in found:
            self.complete(each)

    def complete(self, seen: Observation) -> None:
        assert seen.message and not seen.message.endswith(".")
        assert seen.fix and not seen.fix.endswith(".")
        assert seen.evidence
        json.dumps(dict(seen.evidence), allow_nan=False)

    def test_passing_example(self, check: Check, tmp_path: Path) -> None:
        example = EXAMPLES[check.code]
        assert list(check.run(audited(example.passing, example, tmp_path))) == []


def test_the_page_of_all_checks_is_in_step() -> None:
    page = DOCS / "checks.md"
    assert page.read_text(encoding="utf-8") == checks_page(), (
        "run `python -m engine.audit.docs > docs/checks.md`"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Summary.\n\nWhat it does\n------------\nx\n",
        "What it does\n---\nx\n\nWhy it matters\n---\nx\n\nHow to mend it\n---\nx\n",
        "S.\n\nWhat it does\n---\n\nWhy it matters\n---\nx\n\nHow to mend it\n---\nx\n",
    ],
)
def test_incomplete_docs_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="module"):
        parse_docs(text, "module")

"""The documentation of a check, read from its module's docstring.

`dltrain explain` prints it, `audit.html` shows it, and
`python -m engine.audit.docs > docs/checks.md` makes the page of all checks.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from engine.audit.check import FAMILY_NAMES, Check, Scope
from engine.audit.checks import all_checks
from engine.recipe.metrics import TASKS

_LIMITS: dict[Scope, str] = {
    "reading": "; may be lowered or waived, not switched off",
    "data": "",
    "golden": "; can be neither lowered nor waived",
}

SECTIONS = ("What it does", "Why it matters", "How to mend it")


@dataclass(frozen=True, slots=True)
class CheckDocs:
    """The summary line and the three sections of a check's docstring, as plain paragraphs."""

    summary: str
    what_it_does: str
    why_it_matters: str
    how_to_mend_it: str

    def sections(self) -> tuple[tuple[str, str], ...]:
        """Title and text of each section, in order."""
        texts = (self.what_it_does, self.why_it_matters, self.how_to_mend_it)
        return tuple(zip(SECTIONS, texts, strict=True))


def check_docs(check: Check) -> CheckDocs:
    """The documentation of a check.

    Raises:
        ValueError: when the module's docstring lacks a section, or has them in another order.
    """
    module = sys.modules[check.run.__module__]
    return parse_docs(module.__doc__ or "", module.__name__)


def parse_docs(text: str, where: str) -> CheckDocs:
    """Splits a docstring into its summary and the three sections (`Title` + dashes below it).

    Raises:
        ValueError: when a section is missing, empty or out of order.
    """
    pieces = re.split(r"^(.+)\n-{3,}\n", text.strip() + "\n", flags=re.MULTILINE)
    titles, bodies = tuple(pieces[1::2]), pieces[2::2]
    if titles != SECTIONS or not pieces[0].strip() or not all(body.strip() for body in bodies):
        raise ValueError(f"{where}: the docstring has {titles}, wanted a summary and {SECTIONS}")
    return CheckDocs(pieces[0].strip(), *(body.strip() for body in bodies))


def explanation(check: Check) -> str:
    """The page that `dltrain explain` prints, as Markdown."""
    docs = check_docs(check)
    head = f"## {check.code} {check.name}\n\n{docs.summary}\n\n"
    limits = _LIMITS[check.scope]
    tasks = "" if check.tasks == TASKS else f" Tasks: {', '.join(check.tasks)}."
    facts = f"Family: {FAMILY_NAMES[check.family]}. Severity: {check.severity}{limits}.{tasks}\n"
    return head + facts + "".join(f"\n### {title}\n\n{text}\n" for title, text in docs.sections())


def checks_page() -> str:
    """`docs/checks.md`: every check, by code."""
    checks = all_checks().values()
    rows = "".join(
        f"| [{c.code}](#{c.code.lower()}-{c.name}) | {c.name} | {FAMILY_NAMES[c.family]} "
        f"| {c.severity} |\n"
        for c in checks
    )
    head = (
        "# Checks\n\nMade from the docstrings in `engine/audit/checks`; do not edit. "
        "`dltrain explain CODE` prints the same.\nA recipe sets the severity with "
        "`checks: {CODE: error | warn | off}` and accepts findings with `waive`, for a reason.\n\n"
        "| code | name | family | severity |\n|---|---|---|---|\n"
    )
    return head + rows + "".join(f"\n{explanation(check)}" for check in checks)


if __name__ == "__main__":
    sys.stdout.write(checks_page())

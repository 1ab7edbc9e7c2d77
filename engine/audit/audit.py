"""Runs the checks on a data set, with the severities and waivers of the recipe.

This is the audit's door: the only place in `engine.audit` that looks at a recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.audit.check import Check
from engine.audit.checks import all_checks
from engine.audit.finding import AuditResult, Finding, Observation, Severity
from engine.audit.waivers import WaiverRule, apply_waivers
from engine.errors import UsageError
from engine.recipe.schema import Recipe
from engine.recipe.wording import did_you_mean
from engine.records import Dataset

Progress = Callable[[int, int], None]


def run_checks(recipe: Recipe, dataset: Dataset, progress: Progress | None = None) -> AuditResult:
    """Runs every check that the recipe does not switch off.

    Args:
        recipe: its `checks` set severities, its `waive` accepts findings.
        dataset: what `load_dataset` read.
        progress: called with (checks done, checks in all).

    Raises:
        UsageError: when the recipe names a check that does not exist, or silences one that must
            be heard.
    """
    checks = all_checks()
    _require_known([*recipe.checks, *(waiver.code for waiver in recipe.waive)], checks, recipe)
    _require_heard(checks, recipe)
    active = [check for check in checks.values() if recipe.checks.get(check.code) != "off"]
    findings: list[Finding] = []
    for done, check in enumerate(active, start=1):
        severity = _severity(check, recipe.checks)
        findings += [_finding(check, severity, seen) for seen in check.run(dataset)]
        if progress is not None:
            progress(done, len(active))
    findings.sort(key=lambda f: (f.severity != "error", f.code, f.samples, f.message))
    rules = [WaiverRule(w.code, tuple(w.samples), w.reason) for w in recipe.waive]
    standing, waived = apply_waivers(findings, rules)
    return AuditResult(
        standing,
        waived,
        checked=tuple(check.code for check in active),
        off=tuple(code for code in checks if recipe.checks.get(code) == "off"),
        lowered=tuple(
            check.code
            for check in active
            if check.severity == "error" and recipe.checks.get(check.code) == "warn"
        ),
    )


def _severity(check: Check, levels: Mapping[str, str]) -> Severity:
    level = levels.get(check.code, check.severity)
    return "error" if level == "error" else "warn"


def _finding(check: Check, severity: Severity, seen: Observation) -> Finding:
    return Finding(
        check.code, check.name, severity, seen.samples, seen.message, seen.evidence, seen.fix
    )


def _require_known(codes: Sequence[str], checks: Mapping[str, Check], recipe: Recipe) -> None:
    unknown = sorted({code for code in codes if code not in checks})
    if unknown:
        raise UsageError(
            "checks or waive name a check that does not exist",
            where=str(recipe.path),
            received=", ".join(unknown),
            allowed=", ".join(checks),
            fix=did_you_mean(unknown[0], checks) or "`dltrain explain` describes each check",
        )


def _require_heard(checks: Mapping[str, Check], recipe: Recipe) -> None:
    """Refuses to silence what tells of photos left out, or what keeps training and test apart."""
    waived = {waiver.code for waiver in recipe.waive}
    for check in checks.values():
        level = recipe.checks.get(check.code)
        if check.scope == "reading" and level == "off":
            raise UsageError(
                f"{check.code} tells which photos are left out, so it cannot be switched off",
                where=f"{recipe.path}: checks.{check.code}",
                received="off",
                allowed="error, warn",
                fix="Lower it to warn, waive it for named photos with a reason, or leave the "
                "photos out with `exclude`",
            )
        if check.scope == "golden" and (level in ("warn", "off") or check.code in waived):
            raise UsageError(
                f"{check.code} keeps training and test apart; it can be neither lowered nor waived",
                where=f"{recipe.path}: checks.{check.code}" if level else f"{recipe.path}: waive",
                received=level or "a waiver",
                allowed="error",
                fix="Move the photos into one part, let the tool share them out (data.pool), or "
                "correct data.object",
            )

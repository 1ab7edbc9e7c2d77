"""Runs the checks on a data set, with the severities and waivers of the recipe.

This is the audit's door: the only place in `engine.audit` that looks at a recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.audit.audited import Audited
from engine.audit.check import Check
from engine.audit.checks import all_checks
from engine.audit.finding import AuditResult, Finding, Observation, Severity, WaiverRule
from engine.audit.photos.examiner import Examiner
from engine.audit.seal import seal_path
from engine.audit.settings import AuditSettings, ObjectFloors
from engine.audit.waivers import apply_waivers, idle_waivers
from engine.errors import UsageError
from engine.recipe.good_place import add_good
from engine.recipe.metrics import tightest
from engine.recipe.schema import ObjectCounts, Recipe
from engine.recipe.text_fields import text_fields
from engine.recipe.wording import did_you_mean
from engine.records import SPLIT_NAMES, Dataset

Progress = Callable[[int, int], None]

COMPARING = ("SPL102", "DIV202")
"""The checks that ask which photos show the same thing."""

_ORDER: dict[Severity, int] = {"error": 0, "warn": 1, "advice": 2}


def compare_photos(
    recipe: Recipe, dataset: Dataset, examiner: Examiner, progress: Progress | None = None
) -> Audited:
    """The data set as the checks see it, its photos compared where a check will ask for that.

    Args:
        recipe: for what the checks need of it.
        dataset: what `load_dataset` read.
        examiner: knows what the photos show, or finds out.
        progress: called with (pairs of photos looked at, pairs in all).
    """
    audited = Audited(dataset, audit_settings(recipe), examiner, progress)
    if any(recipe.checks.get(code) != "off" for code in COMPARING):
        _ = audited.twins
    return audited


def run_checks(recipe: Recipe, audited: Audited, progress: Progress | None = None) -> AuditResult:
    """Runs every check that has a meaning for the task and that the recipe does not switch off.

    Args:
        recipe: its `checks` set severities, its `waive` accepts findings.
        audited: what they look at.
        progress: called with (checks done, checks in all).

    Raises:
        UsageError: when the recipe names a check that does not exist, or silences one that must
            be heard.
    """
    checks = all_checks()
    _require_known([*recipe.checks, *(waiver.code for waiver in recipe.waive)], checks, recipe)
    _require_heard(checks, recipe)
    own = [check for check in checks.values() if check.applies_to(recipe.task)]
    active = [check for check in own if recipe.checks.get(check.code) != "off"]
    findings: list[Finding] = []
    for done, check in enumerate(active, start=1):
        level = recipe.checks.get(check.code)
        findings += [_finding(check, level, seen) for seen in check.run(audited)]
        if progress is not None:
            progress(done, len(active))
    findings.sort(key=lambda f: (_ORDER[f.severity], f.code, f.samples, f.message))
    rules = waiver_rules(recipe)
    standing, waived = apply_waivers(findings, rules)
    return AuditResult(
        standing,
        waived,
        checked=tuple(check.code for check in active),
        off=tuple(check.code for check in own if recipe.checks.get(check.code) == "off"),
        lowered=tuple(check.code for check in active if _is_lowered(check, recipe)),
        idle_waivers=idle_waivers(findings, rules),
    )


def waiver_rules(recipe: Recipe) -> list[WaiverRule]:
    """What the recipe accepts."""
    return [WaiverRule(w.code, tuple(w.samples), w.reason) for w in recipe.waive]


def audit_settings(recipe: Recipe) -> AuditSettings:
    """What the checks need of a recipe."""
    floors = recipe.checks.get("DIV201")
    bounds = {name: bound.value for name, bound in recipe.accept.items()}
    classes = recipe.classes.values()
    return AuditSettings(
        task=recipe.task,
        symmetries=tuple(each.symmetry for each in classes),
        text_fields=text_fields(recipe),
        drawn=recipe.task == "ocr" and recipe.augment.synthetic.fraction > 0,
        margin=recipe.margins.edge,
        roi_xywh=recipe.input.roi_xywh,
        floors=(
            ObjectFloors(floors.error, floors.warn, floors.advice)
            if isinstance(floors, ObjectCounts)
            else ObjectFloors()
        ),
        escape_rate=tightest(bounds, "escape_rate"),
        overkill_rate=tightest(bounds, "overkill_rate"),
        seal=seal_path(recipe.path),
        add_good={part: add_good(recipe.data, part) for part in SPLIT_NAMES},
    )


def _is_lowered(check: Check, recipe: Recipe) -> bool:
    """Whether something that is an error by default cannot be one in this recipe."""
    setting = recipe.checks.get(check.code)
    if isinstance(setting, ObjectCounts):
        return setting.error < ObjectFloors().error
    at_times = check.code == "DIV201" or (
        check.code == "IMG406" and recipe.task == "anomaly_detection"
    )
    return setting == "warn" and (check.severity == "error" or at_times)


def _finding(check: Check, level: object, seen: Observation) -> Finding:
    severity: Severity = seen.severity or check.severity
    if severity != "advice" and (level == "error" or level == "warn"):
        severity = level
    return Finding(
        check.code, check.name, severity, seen.samples, seen.message, seen.evidence, seen.fix
    )


def _require_known(codes: Sequence[str], checks: Mapping[str, Check], recipe: Recipe) -> None:
    unknown = sorted({code for code in codes if code not in checks})
    if unknown:
        raise UsageError(
            "there is no such check",
            where=f"checks.{unknown[0]}" if unknown[0] in recipe.checks else "waive",
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
                where=f"checks.{check.code}",
                received="off",
                allowed="error, warn",
                fix="Lower it to warn, waive it for named photos with a reason, or leave the "
                "photos out with `exclude`",
            )
        if check.scope == "golden" and (level in ("warn", "off") or check.code in waived):
            raise UsageError(
                f"{check.code} keeps training and test apart; it can be neither lowered nor waived",
                where=f"checks.{check.code}" if level else "waive",
                received=level or "a waiver",
                allowed="error",
                fix="Move the photos into one part, let the tool share them out (data.pool), or "
                "correct data.object",
            )

"""Which findings a recipe waives: pure functions over findings, codes and patterns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.audit.finding import Finding, WaivedFinding, WaiverRule
from engine.data.globs import matches_any


def apply_waivers(
    findings: Iterable[Finding], rules: Sequence[WaiverRule]
) -> tuple[tuple[Finding, ...], tuple[WaivedFinding, ...]]:
    """Splits findings into those that stand and those that are waived, each in its order.

    A finding that concerns several photos is waived only when the rule names all of them; one
    that concerns no single photo only by `*` or `**`.
    """
    standing: list[Finding] = []
    waived: list[WaivedFinding] = []
    for finding in findings:
        rule = next((rule for rule in rules if _covers(rule, finding)), None)
        if rule is None:
            standing.append(finding)
        else:
            waived.append(WaivedFinding(finding, rule.reason))
    return tuple(standing), tuple(waived)


def idle_waivers(
    findings: Iterable[Finding], rules: Iterable[WaiverRule]
) -> tuple[WaiverRule, ...]:
    """The rules that no finding matches: a mistyped photo, or something that was mended."""
    found = tuple(findings)
    return tuple(rule for rule in rules if not any(_covers(rule, each) for each in found))


def _covers(rule: WaiverRule, finding: Finding) -> bool:
    if rule.code != finding.code:
        return False
    if not finding.samples:
        return bool({"*", "**"} & set(rule.samples))
    return all(
        sample in rule.samples or matches_any(sample, rule.samples) for sample in finding.samples
    )

"""`dltrain check`: the recipe and the data audit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engine.audit.finding import AuditResult, Finding

SHOWN_FILES = 3


def check(
    recipe: Annotated[Path, typer.Argument(help="The recipe's YAML file.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace a key: data.test=test2."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="findings.json on stdout.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the audit (runs/NAME/audit).")
    ] = None,
) -> None:
    """Read the data and look for mistakes that ruin an inspection; exit code 1 on errors."""
    from cli import console
    from engine import steps
    from engine.audit.output import findings_json, write_audit
    from engine.recipe import load_recipe

    loaded = load_recipe(recipe, set_ or ())
    checked = steps.check(loaded, console.Screen())
    dataset, result = checked.dataset, checked.audit
    folder = out if out is not None else steps.RUNS / loaded.name / "audit"
    files = write_audit(folder, loaded.name, result, dataset)
    if json:
        console.out(findings_json(loaded.name, result))
    else:
        parts = dataset.parts().items()
        console.out(", ".join(f"{name} {len(part)} photos" for name, part in parts))
        _print(result)
        console.out(f"\n{files.page}\n{files.findings}")
    if checked.refused:
        raise typer.Exit(1)


def _print(result: AuditResult) -> None:
    from cli import console

    if result.findings:
        columns = ("code", "name", "severity", "count", "photos")
        console.table(columns, [_row(group) for group in _by_code(result.findings)])
    for group in _by_code(each.finding for each in result.waived):
        reasons = {w.reason for w in result.waived if w.finding.code == group[0].code}
        console.out(f"waived: {group[0].code} {len(group)}: {'; '.join(sorted(reasons))}")
    errors, warnings = result.count("error"), result.count("warn")
    advice = result.count("advice")
    verdict = "The data are refused" if errors else "The data may be trained on"
    console.out(
        f"{verdict}: {errors} errors, {warnings} warnings, {advice} hints, "
        f"{len(result.checked)} checks. "
        + ("`dltrain explain CODE` says how to mend each." if result.findings else "")
    )


def _by_code(findings: Iterable[Finding]) -> list[list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    return list(groups.values())


def _row(group: list[Finding]) -> tuple[str, ...]:
    first = group[0]
    names = dict.fromkeys(sample for finding in group for sample in finding.samples)
    shown = [_one_line(name) for name in list(names)[:SHOWN_FILES]]
    if not names:
        shown = [finding.message for finding in group[:SHOWN_FILES]]
    more = len(names) - SHOWN_FILES
    text = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return first.code, first.name, first.severity, str(len(group)), text


def _one_line(name: str) -> str:
    """The name with control characters made visible, so that it cannot steer a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)

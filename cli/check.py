"""`dltrain check`: the recipe and the data audit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engine.audit.finding import AuditResult, Finding

SHOWN_MESSAGES = 3


def check(
    recipe: Annotated[Path, typer.Argument(readable=False, help="The recipe's YAML file.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace a key: data.test=test2."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="findings.json on stdout.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", readable=False, help="Folder of the audit (runs/NAME/audit)."),
    ] = None,
) -> None:
    """Read the data and look for mistakes that ruin an inspection; exit code 1 on errors."""
    from cli import console
    from cli.output_folder import require_writable
    from engine import steps
    from engine.audit.output import findings_document, write_audit
    from engine.phrasing import counted
    from engine.recipe import load_recipe
    from engine.tasks.task import available_tasks

    loaded = load_recipe(recipe, set_ or ())
    folder = out if out is not None else steps.RUNS / loaded.name / "audit"
    require_writable(folder, "the findings")
    checked = steps.check(loaded, console.Screen())
    dataset, result = checked.dataset, checked.audit
    files = write_audit(folder, loaded.name, result, dataset)
    if loaded.task not in available_tasks():
        console.note(f"this version can check data for {loaded.task}, not train on them yet")
    if json:
        console.json_out(findings_document(loaded.name, result))
    else:
        parts = dataset.parts().items()
        console.out(", ".join(f"{name} {counted(len(part), 'photo')}" for name, part in parts))
        _print(result)
        console.out(f"\n{files.page}\n{files.findings}")
    if checked.refused:
        raise typer.Exit(1)


def _print(result: AuditResult) -> None:
    from cli import console
    from engine.phrasing import one_line

    if result.findings:
        columns = ("code", "name", "severity", "count", "photos")
        console.table(columns, [_row(group) for group in _rows_of(result.findings)])
    for group in _rows_of(result.findings):
        if group[0].severity == "error" or (group[0].severity == "warn" and group[0].samples):
            _print_messages(group)
    for group in _rows_of(each.finding for each in result.waived):
        reasons = {w.reason for w in result.waived if w.finding.code == group[0].code}
        console.out(f"waived: {group[0].code} {len(group)}: {'; '.join(sorted(reasons))}")
    for rule in result.idle_waivers:
        console.out(f"note: {one_line(rule.matches_nothing)}")
    console.out(_summary(result))


def _print_messages(group: list[Finding]) -> None:
    """What is wrong, where and what to do, for the first findings of a check.

    Of warnings about no single photo the table says it.
    """
    from cli import console
    from engine.phrasing import first_few, one_line, sentence

    for finding in group[:SHOWN_MESSAGES]:
        where = f" {first_few(finding.samples)}:" if finding.samples else ""
        fix = f" {sentence(finding.fix)}" if finding.fix else ""
        console.out(one_line(f"{finding.code}{where} {sentence(finding.message)}{fix}"))
    if len(group) > SHOWN_MESSAGES:
        console.out(f"{group[0].code}: and {len(group) - SHOWN_MESSAGES} more in findings.json")


def _summary(result: AuditResult) -> str:
    from engine.phrasing import counted, counted_advice

    errors = result.count("error")
    counts = (
        counted(errors, "error"),
        counted(result.count("warn"), "warning"),
        counted_advice(result.count("advice")),
        counted(len(result.checked), "check"),
    )
    verdict = "The data are refused" if errors else "The data may be trained on"
    how = " `dltrain explain CODE` says how to mend each." if result.findings else ""
    return f"{verdict}: {', '.join(counts)}.{how}"


def _rows_of(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one code and severity, each group a row, in the order of the findings."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.code, finding.severity), []).append(finding)
    return list(groups.values())


def _row(group: list[Finding]) -> tuple[str, ...]:
    from engine.phrasing import first_few, one_line

    first = group[0]
    names = dict.fromkeys(sample for finding in group for sample in finding.samples)
    text = first_few([one_line(name) for name in names])
    if not names:
        text = ", ".join(finding.message for finding in group[:SHOWN_MESSAGES])
    return first.code, first.name, first.severity, str(len(group)), text

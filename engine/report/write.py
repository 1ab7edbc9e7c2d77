"""A finished evaluation to files: report.json, report.html, predictions.jsonl, unannotated.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from engine.atomic import write_text
from engine.audit.finding import AuditResult, Finding
from engine.data.split_csv import split_rows
from engine.evaluate.bootstrap import estimate
from engine.evaluate.thresholds import Threshold
from engine.evaluate.verdict import judge
from engine.recipe import Recipe
from engine.recipe.render import render
from engine.records import SampleSet, Split
from engine.report.annex import Annex, SplitLine, StandingFinding
from engine.report.html import render_html
from engine.report.provenance import provenance
from engine.report.report import (
    DataInfo,
    FindingCounts,
    RecipeInfo,
    Report,
    RunInfo,
    SetInfo,
    WaiverInfo,
)
from engine.report.unannotated import Unannotated
from engine.rundir import RunFolder
from engine.tasks.task import Evaluation

if TYPE_CHECKING:
    from engine.training import TrainingRecord


def write_report(
    folder: RunFolder,
    recipe: Recipe,
    split: Split,
    audit: AuditResult,
    object_declared: bool,
    thresholds: Sequence[Threshold],
    evaluation: Evaluation,
    training: TrainingRecord,
    test_openings: int,
    unannotated: Unannotated,
) -> Report:
    """Makes values with intervals of the counts, judges them, and writes the files."""
    metrics = estimate(evaluation.statistics)
    bounds = tuple((name, bound.value, bound.direction) for name, bound in recipe.accept.items())
    report = Report(
        recipe=RecipeInfo(recipe.name, recipe.task, training.recipe_digest),
        run=RunInfo(
            id=folder.id,
            started=training.started,
            finished=datetime.now().astimezone().isoformat(timespec="seconds"),
            train_seconds=training.seconds,
            device=training.device,
            versions=training.versions,
        ),
        data=DataInfo(
            train=_set_info(split.train),
            validation=_set_info(split.validation),
            test=_set_info(split.test),
            disjoint=True,  # a `Split` cannot be made of sets that are not
            test_openings=test_openings,
        ),
        thresholds=tuple(thresholds),
        metrics=metrics,
        verdict=judge(metrics, bounds),
        waivers=_waivers(audit),
        findings=FindingCounts(audit.count("error"), audit.count("warn")),
    )
    annex = Annex(
        bounds=bounds,
        confusion=evaluation.confusion,
        figures=(*evaluation.figures, *unannotated.figures),
        findings=_standing((*audit.findings, *unannotated.findings)),
        searched=unannotated.note,
        object_declared=object_declared,
        provenance=provenance(training),
        notes=(*training.notes, *evaluation.notes),
        recipe=render(recipe),
        checks_off=audit.off,
        checks_lowered=audit.lowered,
        split=tuple(SplitLine(r.image, r.object, r.split, r.sha256) for r in split_rows(split)),
    )
    lines = (
        json.dumps(line, ensure_ascii=False, allow_nan=False) for line in evaluation.predictions
    )
    write_text(folder.report / "predictions.jsonl", "".join(f"{line}\n" for line in lines))
    write_text(folder.report / "unannotated.json", unannotated.to_json())
    write_text(folder.report / "report.html", render_html(report, annex))
    write_text(folder.report / "report.json", report.to_json())
    return report


def _set_info(part: SampleSet) -> SetInfo:
    return SetInfo(len(part), len(part.objects), part.digest)


def _waivers(audit: AuditResult) -> tuple[WaiverInfo, ...]:
    return tuple(
        WaiverInfo(
            waived.finding.code,
            waived.finding.name,
            waived.finding.samples,
            waived.finding.message,
            waived.reason,
        )
        for waived in audit.waived
    )


def _standing(findings: Sequence[Finding]) -> tuple[StandingFinding, ...]:
    return tuple(
        StandingFinding(f.code, f.name, f.severity, f.message, f.samples) for f in findings
    )

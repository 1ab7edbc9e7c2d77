"""The report as a page: every text and position ready, so that the template only places them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.evaluate.thresholds import Threshold
from engine.evaluate.verdict import NOT_SHOWN
from engine.phrasing import counted, told_apart
from engine.report.annex import Annex
from engine.report.report import Report
from engine.report.tables import (
    HeadlineRow,
    Table,
    class_tables,
    has_edge,
    headline_rows,
    photo_table,
)
from engine.report.task_words import PictureWords, words_of_task
from engine.report.words import duration
from engine.tasks.task import Figure

_VERDICTS = {
    True: ("accepted", "Accepted"),
    False: ("refused", "Not accepted"),
    None: ("unjudged", "Not judged"),
}

_TOO_SMALL = "by the measured values; the test set is too small to show it (see below)"


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure; `uri` holds the whole file."""

    title: str
    caption: str
    uri: str


@dataclass(frozen=True, slots=True)
class PictureGroup:
    """Pictures under one heading."""

    title: str
    caption: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template places."""

    report: Report
    annex: Annex
    verdict_kind: str
    verdict: str
    verdict_note: str
    reasons: tuple[tuple[str, bool], ...]
    warnings: tuple[str, ...]
    started: str
    finished: str
    trained: str
    away: str
    headline: tuple[HeadlineRow, ...]
    class_tables: tuple[Table, ...]
    class_title: str
    one_class: str
    photo_table: Table
    photo_title: str
    thresholds: tuple[tuple[str, str, str], ...]
    advice: int
    charts: tuple[Picture, ...]
    groups: tuple[PictureGroup, ...]


def build_page(report: Report, annex: Annex) -> Page:
    """Arrange a report and its annex for reading."""
    kind, verdict = _VERDICTS[report.verdict.accepted]
    words = words_of_task(report.recipe.task, lines=not _locates(report))
    doubts = [text.startswith(NOT_SHOWN) for text in report.verdict.reasons]
    return Page(
        report=report,
        annex=annex,
        verdict_kind=kind,
        verdict=verdict,
        verdict_note=_TOO_SMALL if report.verdict.accepted and any(doubts) else "",
        reasons=tuple(zip(report.verdict.reasons, doubts, strict=True)),
        warnings=_warnings(report, annex),
        started=_moment(report.run.started),
        finished=_moment(report.run.finished),
        trained=duration(report.run.train_seconds),
        away=", away from the edge of the photo" if has_edge(report.metrics) else "",
        headline=headline_rows(report.metrics, annex.bounds, words.metrics, words.together),
        class_tables=class_tables(report.metrics, words.metrics, words.together),
        class_title=words.classes,
        one_class=words.one_class,
        photo_table=photo_table(report.metrics, words.metrics, words.together),
        photo_title=words.without_classes,
        thresholds=tuple(_threshold(each, words.together) for each in report.thresholds),
        advice=sum(finding.severity == "advice" for finding in annex.findings),
        charts=tuple(_picture(figure) for figure in annex.figures if figure.kind == "chart"),
        groups=tuple(_group(group, annex.figures) for group in words.pictures),
    )


def _warnings(report: Report, annex: Annex) -> tuple[str, ...]:
    found = list(annex.notes)
    if report.data.test_openings > 1:
        found.append(
            f"The test set was opened {report.data.test_openings} times. Each time invites changes "
            "that fit it; what is measured here may be better than what production will see."
        )
    if not annex.object_declared:
        found.append(
            "The recipe declares each photo to show an object of its own (data.object: image). If "
            "parts were photographed more than once, the intervals are too narrow and training may "
            "have seen parts of the test set."
        )
    if _may_accept_what_finds_nothing(report, annex):
        found.append(
            "What the recipe accepts (accept) asks for neither field_f1 nor recall: fields that "
            "are not located are no wrong reads and no rejects, so a model that finds next to none "
            "keeps such bounds. See how many were located."
        )
    found += _notes(report.thresholds)
    if report.findings.error:
        stand = "stands" if report.findings.error == 1 else "stand"
        found.append(f"The audit found {counted(report.findings.error, 'error')} that {stand}.")
    doubted = sum(figure.kind == "unannotated" for figure in annex.figures)
    if doubted:
        told = words_of_task(report.recipe.task).suspects.told
        photos = counted(doubted, "training photo")
        found.append(f"{photos} {told} (ANN303); pictures below.")
    if annex.checks_off:
        found.append(f"Checks switched off by the recipe: {', '.join(annex.checks_off)}.")
    if annex.checks_lowered:
        found.append(
            f"Checks whose errors the recipe made warnings: {', '.join(annex.checks_lowered)}."
        )
    if report.waivers:
        found.append(
            f"Findings waived: {len(report.waivers)}; they and the reasons are listed below."
        )
    return tuple(found)


def _notes(thresholds: Sequence[Threshold]) -> list[str]:
    """How thresholds came about; told once where a note begins with that of the one before."""
    told: list[tuple[Threshold, str]] = []
    for threshold in filter(lambda each: each.note, thresholds):
        names: str = threshold.name
        before, named = told[-1] if told else (None, "")
        if before and _same_story(before, threshold):
            told.pop()
            names = f"{named} and {names}"
        told.append((threshold, names))
    return [
        f"{names} threshold{'s' if ' and ' in names else ''}{_of(each)}: {each.note}."
        for each, names in told
    ]


def _same_story(before: Threshold, threshold: Threshold) -> bool:
    same_class = before.class_name == threshold.class_name
    return same_class and threshold.note.startswith(before.note)


def _locates(report: Report) -> bool:
    """Whether things were to be located; not where each photo is a line of text."""
    return any(metric.name == "recall" for metric in report.metrics)


def _may_accept_what_finds_nothing(report: Report, annex: Annex) -> bool:
    """Whether texts that were not located count against no bound of the recipe."""
    bounded = {name for name, _, _ in annex.bounds}
    texts = report.recipe.task == "ocr" and _locates(report)
    return texts and bool(bounded) and bounded.isdisjoint(("field_f1", "recall"))


def _of(threshold: Threshold) -> str:
    return f" of {threshold.class_name}" if threshold.class_name is not None else ""


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M %Z").strip()
    except ValueError:
        return text


def _threshold(threshold: Threshold, together: str) -> tuple[str, str, str]:
    """What it decides, for which class, and its value; `together` names all classes at once."""
    kinds = {
        "pixel": "Pixel is part of a defect",
        "image": "Photo is called bad",
        "score": "Detection counts",
        "readable": "Characters are plainly there",
        "reading": "Reading is passed on",
    }
    what = kinds[threshold.name]
    everything = f"{together or 'All classes'} together".lower()
    shown = threshold.class_name if threshold.class_name is not None else everything
    return what, shown, told_apart(min(threshold.value, 1.0), 1.0)[0]


def _group(words: PictureWords, figures: Sequence[Figure]) -> PictureGroup:
    pictures = tuple(_picture(figure) for figure in figures if figure.kind == words.kind)
    return PictureGroup(words.title, words.caption, pictures)


def _picture(figure: Figure) -> Picture:
    data = base64.b64encode(figure.data).decode("ascii")
    return Picture(figure.title, figure.caption, f"data:{figure.media_type};base64,{data}")

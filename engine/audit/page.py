"""What `audit.html` shows, gathered: findings by check, with pictures. No HTML here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.audit.album import Album
from engine.audit.checks import all_checks
from engine.audit.docs import check_docs
from engine.audit.evidence import (
    boxes_of,
    corners_of,
    laid_of,
    sheets_of,
    splits_of,
    told_as_text,
)
from engine.audit.finding import AuditResult, Finding, Severity
from engine.audit.photos.store import FactStore
from engine.phrasing import counted, counted_advice
from engine.records import Dataset, VerdictAnnotation

SHOWN_FINDINGS = 24
SHOWN_PICTURES = 4
SHOWN_CUTS = 3


@dataclass(frozen=True, slots=True)
class Picture:
    """A thumbnail (`uri` is None where the file cannot be shown) and what stands below it."""

    caption: str
    uri: str | None
    large: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding as shown: evidence in rows of text, photos left out are counted."""

    message: str
    fix: str
    samples: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one check."""

    code: str
    name: str
    severity: Severity
    count: int
    docs: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """All that `audit.html` shows; `parts` are rows of name, photos, objects."""

    recipe: str
    errors: int
    warnings: int
    advice: int
    parts: tuple[tuple[str, int, int], ...]
    classes: tuple[tuple[str, tuple[int, ...]], ...]
    groups: tuple[Group, ...]
    waived: tuple[Group, ...]
    passed: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    @property
    def summary(self) -> str:
        """How many findings stand, in words."""
        errors = counted(self.errors, "error") if self.errors else "No error"
        return f"{errors}, {counted(self.warnings, 'warning')}, {counted_advice(self.advice)}."


def audit_page(
    recipe_name: str, result: AuditResult, dataset: Dataset, store: FactStore
) -> AuditPage:
    """Gathers the page; decodes the few photos that it shows and the store has no picture of."""
    album = Album(dataset, store)
    parts = dataset.parts()
    found = {finding.code for finding in result.findings}
    found |= {waived.finding.code for waived in result.waived}
    checks = all_checks()
    return AuditPage(
        recipe=recipe_name,
        errors=result.count("error"),
        warnings=result.count("warn"),
        advice=result.count("advice"),
        parts=tuple(
            (name, len(samples), len({sample.object for sample in samples}))
            for name, samples in parts.items()
        ),
        classes=(*_good_row(dataset), *_class_rows(dataset)),
        groups=_groups([(finding, None) for finding in result.findings], album),
        waived=_groups([(each.finding, each.reason) for each in result.waived], album),
        passed=tuple((code, checks[code].name) for code in result.checked if code not in found),
        notes=(
            *(f"{code} {checks[code].name} is switched off" for code in result.off),
            *(f"{code} {checks[code].name} is lowered to a warning" for code in result.lowered),
            *(rule.matches_nothing for rule in result.idle_waivers),
        ),
    )


def _class_rows(dataset: Dataset) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each class, and how many photos of each part show it."""
    parts = dataset.parts().values()
    for index, name in enumerate(dataset.class_names):
        yield name, tuple(sum(index in sample.classes for sample in part) for part in parts)


def _good_row(dataset: Dataset) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The good photos of each part, where photos are good or bad as a whole."""
    parts = dataset.parts().values()
    if any(isinstance(sample.annotation, VerdictAnnotation) for part in parts for sample in part):
        yield "no defect", tuple(sum(sample.is_good for sample in part) for part in parts)


def _groups(findings: Sequence[tuple[Finding, str | None]], album: Album) -> tuple[Group, ...]:
    """A group for each code and severity, in the order of the findings."""
    grouped: dict[tuple[str, Severity], list[tuple[Finding, str | None]]] = {}
    for finding, reason in findings:
        grouped.setdefault((finding.code, finding.severity), []).append((finding, reason))
    checks = all_checks()
    return tuple(
        Group(
            code=code,
            name=members[0][0].name,
            severity=severity,
            count=len(members),
            docs=check_docs(checks[code]).sections(),
            entries=tuple(_entry(f, reason, album) for f, reason in members[:SHOWN_FINDINGS]),
        )
        for (code, severity), members in grouped.items()
    )


def _entry(finding: Finding, reason: str | None, album: Album) -> Entry:
    rows = tuple(
        (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for key, value in told_as_text(finding.evidence).items()
    )
    pictures = _pictures(finding, album) if album.dataset.folder else ()
    return Entry(finding.message, finding.fix, finding.samples, rows, pictures, reason)


def _pictures(finding: Finding, album: Album) -> tuple[Picture, ...]:
    """Pictures of the data's own photos; what else is named is named alone."""
    sheets = sheets_of(finding.evidence)
    if sheets:
        return _sheets(sheets, album)
    splits = splits_of(finding.evidence)
    boxes, corners = boxes_of(finding.evidence), corners_of(finding.evidence)
    shown = [
        Picture(f"{sample} ({splits[sample]})" if sample in splits else sample,
                album.photo(sample, boxes, corners) if _is_own(sample, album) else None)
        for sample in _spread(finding.samples, splits)
    ]  # fmt: skip
    if boxes and _is_own(finding.samples[0], album):
        shown += _cuts(finding, album, boxes)
    laid = laid_of(finding.evidence)
    if laid is not None and len(finding.samples) == 2:
        first, second = finding.samples
        caption = "the first photo, laid on the second"
        shown.append(Picture(caption, album.laid(first, second, laid["matrix"], laid["mirrored"])))
    mask = finding.evidence.get("mask")
    if isinstance(mask, str):
        shown.append(Picture(mask, album.mask(mask)))
    return tuple(shown)


def _cuts(finding: Finding, album: Album, boxes: Sequence[Sequence[int]]) -> list[Picture]:
    """The regions of a finding about one photo, each cut out with its surroundings."""
    inner, margin = finding.evidence.get("inner_xywh"), finding.evidence.get("margin_px")
    line = inner if isinstance(inner, list) else None
    margin_px = margin if isinstance(margin, int) else 0
    caption = "cut out: pink the region, yellow where the margin begins" if line else "cut out"
    cuts = (album.cut(finding.samples[0], box, line, margin_px) for box in boxes[:SHOWN_CUTS])
    return [Picture(caption, uri, large=True) for uri in cuts if uri is not None]


def _sheets(kinds: Sequence[Mapping[str, Any]], album: Album) -> tuple[Picture, ...]:
    """One sheet of cuttings for each kind that a class holds."""
    shown = []
    for each in kinds:
        rows = each["regions"]
        numbers = enumerate((row["sample"] for row in rows), start=1)
        named = (f"{number}\N{NO-BREAK SPACE}{sample}" for number, sample in numbers)
        caption = f"{each['kind']}: {', '.join(named)}"
        if rows and "corners" in rows[0]:
            uri = album.turned_sheet([(row["sample"], row["corners"]) for row in rows])
        else:
            uri = album.sheet([(row["sample"], row["bbox_xywh"]) for row in rows])
        shown.append(Picture(caption, uri, large=True))
    return tuple(shown)


def _is_own(name: str, album: Album) -> bool:
    """Whether a photo was read as one of the data set, or left out for its annotation."""
    if name in album.digests:
        return True
    kinds = {problem.kind for problem in album.dataset.problems if problem.sample == name}
    return bool(kinds) and "unreadable_image" not in kinds


def _spread(samples: Sequence[str], splits: Mapping[str, str]) -> list[str]:
    """A few of the photos, one of each part of the split before a second of any."""
    turn: dict[str, int] = {}
    ranked = []
    for position, sample in enumerate(samples):
        part = splits.get(sample, "")
        turn[part] = turn.get(part, 0) + 1
        ranked.append((turn[part], position, sample))
    return [sample for _, _, sample in sorted(ranked)[:SHOWN_PICTURES]]

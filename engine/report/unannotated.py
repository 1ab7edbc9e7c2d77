"""Training photos that the trained model doubts: ANN303.

They show what nobody annotated, or where good photos alone are learnt, what no other one shows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from engine.audit.checks import all_checks
from engine.audit.finding import Finding, WaivedFinding, WaiverRule
from engine.audit.waivers import apply_waivers
from engine.phrasing import counted
from engine.report.task_words import SuspectWords
from engine.tasks.task import Figure, Suspect, Suspects

CODE = "ANN303"
KIND = "unannotated"
"""Of the figures, under a heading of their own."""


@dataclass(frozen=True, slots=True)
class Unannotated:
    """What stands of the suspects after the recipe's waivers.

    Attributes:
        findings: one a photo, the surest first.
        figures: a picture of each.
        note: how many photos were looked at, or why none was, and what was waived; empty where the
            check is off.
    """

    findings: tuple[Finding, ...] = ()
    figures: tuple[Figure, ...] = ()
    note: str = ""

    def to_json(self) -> str:
        """As `findings.json` has it."""
        rows = [{**asdict(each), "samples": list(each.samples)} for each in self.findings]
        document = {"note": self.note, "findings": rows}
        return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def unannotated(
    suspects: Suspects, rules: Sequence[WaiverRule], words: SuspectWords
) -> Unannotated:
    """Findings and pictures of suspects; what the recipe waives is counted, with its reason."""
    pairs = [(_finding(each, suspects, words), each) for each in suspects.found]
    standing, waived = apply_waivers([finding for finding, _ in pairs], rules)
    kept = [(finding, each) for finding, each in pairs if finding in standing]
    figures = tuple(
        Figure(KIND, each.sample_id, finding.message, "image/jpeg", each.picture)
        for finding, each in kept
    )
    return Unannotated(
        tuple(finding for finding, _ in kept), figures, _note(suspects, waived, words)
    )


def _finding(suspect: Suspect, suspects: Suspects, words: SuspectWords) -> Finding:
    check = all_checks()[CODE]
    x, y = suspect.bbox_xywh[:2]
    more = words.more.format(count=suspect.others) if suspect.others else ""
    return Finding(
        code=CODE,
        name=check.name,
        severity=check.severity,
        samples=(suspect.sample_id,),
        message=words.seen.format(
            what=suspect.class_name, x=x, y=y, more=more, score=suspect.confidence
        ),
        evidence={
            "split": "train",
            "confidence": suspect.confidence,
            "least confidence, from validation photos": round(suspects.limit or 0.0, 4),
            "boxes": [{"class": suspect.class_name, "bbox_xywh": list(suspect.bbox_xywh)}],
        },
        fix=words.fix,
    )


def _note(suspects: Suspects, waived: Sequence[WaivedFinding], words: SuspectWords) -> str:
    if suspects.limit is None:
        reason = suspects.reason or (
            "on validation photos the model's marks are not right often enough to say"
        )
        return f"Training photos were not searched for {words.sought}: {reason}."
    photos = counted(suspects.photos, "training photo")
    searched = f"{suspects.looked} of {photos}" if suspects.looked < suspects.photos else photos
    note = f"Searched for {words.sought}: {searched}."
    if waived:
        reasons = "; ".join(dict.fromkeys(each.reason for each in waived))
        note += f" Waived: what was seen on {counted(len(waived), 'photo')} ({reasons})."
    return note

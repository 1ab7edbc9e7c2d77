"""Metrics in the words of the people who sign the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A metric's title, and what it means in a sentence."""

    title: str
    meaning: str


METRICS: dict[str, Words] = {
    "image_escape_rate": Words("Escape rate", "bad photos that were called good"),
    "image_overkill_rate": Words("Overkill rate", "good photos that were called bad"),
    "image_auroc": Words(
        "Ranking (AUROC)", "chance that a bad photo scores higher than a good one"
    ),
    "image_ap": Words(
        "Ranking (average precision)",
        "share of bad photos among those that score as high, averaged over the bad photos",
    ),
    "pixel_auroc": Words(
        "Ranking of pixels (AUROC)", "chance that an anomalous pixel scores higher than a good one"
    ),
    "pro": Words(
        "Defects covered (PRO)",
        "share of a defect that is covered, averaged over all defects, whatever their size, and "
        "over the thresholds that mark up to 30 % of the good pixels",
    ),
    "iou": Words("IoU", "overlap of marked and true area, over their union"),
    "dice": Words("Dice", "overlap of marked and true area, over their mean"),
    "defect_recall": Words("Defects found", "annotated defects that were found"),
    "defect_precision": Words("Marks that are right", "marked regions that lie on a defect"),
    "map50": Words(
        "mAP50",
        "precision averaged over all recalls; a detection is right from an overlap (IoU) of 0.5 on",
    ),
    "map50_95": Words(
        "mAP50:95", "the same, averaged over overlaps of 0.5 to 0.95, which ask for exact boxes"
    ),
    "recall": Words("Things found", "annotated things that were found (recall)"),
    "precision": Words(
        "Detections right", "detections that lie on a thing of their class (precision)"
    ),
    "escape_rate": Words("Escape rate", "annotated things that were not found"),
    "overkill_rate": Words("Overkill rate", "detections that are wrong"),
    "angle_error_deg": Words("Angle error", "half of the things found are turned no further off"),
    "angle_error_deg_p90": Words(
        "Angle error, 90 %", "nine in ten of the things found are turned no further off"
    ),
    "flip_rate": Words("Flip rate", "things found whose heading is off by more than 90 degrees"),
    "position_error_px": Words(
        "Position error", "half of the things found have their centre no further off"
    ),
    "exact_match": Words("Read exactly", "located fields whose whole text was read right"),
    "cer": Words(
        "Character errors (CER)",
        "characters wrong, missing or too many, per character of the located fields",
    ),
    "wer": Words("Word errors (WER)", "the same of whole words"),
    "field_f1": Words(
        "Field F1", "located, read right and passed on; what is missing and what is wrong both cost"
    ),
    "wrong_read_rate": Words("Wrong-read rate", "fields of which a wrong text was passed on"),
    "reject_rate": Words("Reject rate", "located fields of which no text was passed on"),
}

_SHARES = ("defect_recall", "defect_precision", "recall", "precision", "exact_match", "cer", "wer")

REGIONS: dict[str, tuple[str, str]] = {
    "interior": ("Interior", "away from the edge of the photo: the region that is inspected"),
    "edge": ("Edge band", "within the margin, where a network sees too little to be trusted"),
    "all": ("Whole photo", "interior and edge together"),
}


def words_of(name: str, own: Mapping[str, Words] | None = None) -> Words:
    """The words of a metric, a task's `own` first; its bare name where there are none yet."""
    return (own or {}).get(name) or METRICS.get(name, Words(name, ""))


def is_share(name: str) -> bool:
    """Whether a metric is read in percent."""
    return name.endswith("_rate") or name in _SHARES


def number(name: str, value: float, unit: str = "ratio") -> str:
    """A value of a metric as text, without its unit unless that is the percent."""
    if unit != "ratio":
        return f"{value:.2f}"
    return f"{100 * value:.1f} %" if is_share(name) else f"{value:.3f}"


def duration(seconds: float) -> str:
    """Seconds as people say them: 45 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"

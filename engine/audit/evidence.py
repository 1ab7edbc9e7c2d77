"""What can be drawn of a finding's evidence: values of another shape are no pictures, but text.

Checks and readers name their evidence as they like, so two of them may give one key to different
things. Nothing here raises for that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Evidence = Mapping[str, object]


def sheets_of(evidence: Evidence) -> list[Mapping[str, Any]]:
    """The sheets of cuttings: each a `kind` and its `regions`; none unless all are such."""
    return _rows(evidence, "kinds", _is_sheet)


def boxes_of(evidence: Evidence) -> list[Sequence[int]]:
    """The upright boxes, x, y, width and height in px; none unless all rows hold one."""
    return [row["bbox_xywh"] for row in _rows(evidence, "boxes", _is_box)]


def corners_of(evidence: Evidence) -> list[list[list[float]]]:
    """Boxes by their corners: only of a finding about one photo."""
    rows = evidence.get("corners")
    return rows if isinstance(rows, list) and all(_is_outline(row) for row in rows) else []


def splits_of(evidence: Evidence) -> dict[str, str]:
    """The part of the split by photo; none unless all rows name both."""
    rows = _rows(evidence, "splits", _is_placed)
    return {str(row["sample"]): str(row["split"]) for row in rows}


def laid_of(evidence: Evidence) -> Mapping[str, Any] | None:
    """How the first photo is laid on the second: its `matrix`, and whether it is `mirrored`."""
    laid = evidence.get("laid")
    known = isinstance(laid, Mapping) and {"matrix", "mirrored"} <= laid.keys()
    return laid if known and isinstance(laid, Mapping) else None


def told_as_text(evidence: Evidence) -> dict[str, object]:
    """The evidence without what pictures show instead, and without the kind of a problem."""
    drawn = {"kind"}
    drawn |= {"kinds"} if sheets_of(evidence) else set()
    drawn |= {"splits"} if splits_of(evidence) else set()
    drawn |= {"laid"} if laid_of(evidence) else set()
    drawn |= {"inner_xywh"} if boxes_of(evidence) else set()
    return {key: value for key, value in evidence.items() if key not in drawn}


def _rows(
    evidence: Evidence, key: str, is_one: Callable[[Mapping[str, Any]], bool]
) -> list[Mapping[str, Any]]:
    rows = evidence.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return []
    return rows if all(is_one(row) for row in rows) else []


def _is_box(row: Mapping[str, Any]) -> bool:
    box = row.get("bbox_xywh")
    return isinstance(box, list | tuple) and len(box) == 4


def _is_outline(row: object) -> bool:
    return isinstance(row, list) and all(isinstance(p, list | tuple) and len(p) == 2 for p in row)


def _is_placed(row: Mapping[str, Any]) -> bool:
    return {"sample", "split"} <= row.keys()


def _is_sheet(row: Mapping[str, Any]) -> bool:
    regions = row.get("regions")
    return "kind" in row and isinstance(regions, list) and _all_cut(regions)


def _all_cut(regions: list[Any]) -> bool:
    """Whether all regions name a photo and are of one shape: upright boxes, or corners."""
    if not all(
        isinstance(each, Mapping) and isinstance(each.get("sample"), str) for each in regions
    ):
        return False
    upright = all(_is_box(each) for each in regions)
    return upright or all(_is_outline(each.get("corners")) for each in regions)

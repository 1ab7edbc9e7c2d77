"""Masks as verdicts: every mark means anomalous, whatever its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.records import BACKGROUND, IGNORE, MaskAnnotation, VerdictAnnotation

ANOMALOUS = 1
"""Label-map value of what is anomalous."""

_MARKED = frozenset({ANOMALOUS - 1})


def verdict(defect: int | None, masks: Sequence[MaskAnnotation]) -> VerdictAnnotation:
    """The verdict on a photo.

    A mask of a defect that marks nothing says as little as none; its path is kept all the same.

    Args:
        defect: the kind of defect; None is good.
        masks: of the photo, with any classes.
    """
    path = masks[0].path if masks else None
    layers = [_anomalous(mask) for mask in masks]
    marked = any(layer.classes for layer in layers)
    ignoring = any(value == IGNORE for layer in layers for _, value in layer.values)
    if not marked and (defect is not None or not ignoring):
        return VerdictAnnotation(path, defect)
    classes = _MARKED if marked else frozenset()
    first = replace(layers[0], classes=classes, more=tuple(layers[1:]))
    return VerdictAnnotation(path, defect, first)


def verdict_of_mask(annotation: MaskAnnotation) -> VerdictAnnotation:
    """The verdict of a mask alone: good where it marks nothing, else its lowest class."""
    own = replace(annotation, more=())
    masks = (own, *annotation.more) if annotation.path is not None else ()
    return verdict(min(annotation.classes, default=None), masks)


def is_clear(annotation: VerdictAnnotation) -> bool:
    """Whether the mask says where all of a defect is, and marks nothing on a good photo."""
    if annotation.defect is None:
        return not annotation.is_disputed
    return annotation.mask is not None and bool(annotation.mask.classes)


def brush_of(annotation: VerdictAnnotation) -> MaskAnnotation:
    """The mask of a photo of a defect, its marks of the kind of the defect; empty without a mask.

    The marks of a good photo, where it has any, stay 1.
    """
    if annotation.mask is None:
        return MaskAnnotation(None)
    index = annotation.defect or 0
    layers = [
        replace(
            layer,
            values=tuple((s, index + 1 if v == ANOMALOUS else v) for s, v in layer.values),
            classes=frozenset({index}) if layer.classes else frozenset(),
            more=(),
        )
        for layer in (annotation.mask, *annotation.mask.more)
    ]
    return replace(layers[0], more=tuple(layers[1:]))


def _anomalous(mask: MaskAnnotation) -> MaskAnnotation:
    values = tuple(
        (stored, value if value in (BACKGROUND, IGNORE) else ANOMALOUS)
        for stored, value in mask.values
    )
    return replace(mask, values=values, classes=_MARKED if mask.classes else frozenset())

"""Looks at each photo once, for readers and for the audit alike, and remembers what it saw."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.audit.appearance import look
from engine.audit.lookalikes.photos import Annotated
from engine.audit.overlaps import Overlap, find_overlaps
from engine.audit.photos.facts import PhotoFacts, examine
from engine.audit.photos.preview import to_grey
from engine.audit.photos.store import FactStore, open_store
from engine.audit.regions import (
    AnnotatedRegion,
    box_regions,
    cut_boxes,
    find_regions,
    larger_boxes,
    larger_pieces,
    with_masks,
)
from engine.data.components import find_components
from engine.data.digest import sha256_bytes
from engine.data.images import (
    IntegerArray,
    decode_image,
    decode_mask,
    exif_orientation,
    jpeg_steps,
    read_bytes,
)
from engine.data.probe import MaskProbe, PhotoProbe, probe_mask
from engine.data.readers.masks import read_label_map
from engine.data.verdicts.verdict import brush_of
from engine.errors import DltrainError, UnreadableImage
from engine.records import (
    BACKGROUND,
    IGNORE,
    Annotation,
    BoxAnnotation,
    MaskAnnotation,
    Sample,
    VerdictAnnotation,
)

MOST_LOOKED_AT_EARLY = 1000
"""Regions that are looked at closely while their photo is decoded, in case a check asks for them:
many more are seldom asked for."""

Look = tuple[AnnotatedRegion, tuple[float, ...]]


@dataclass(slots=True)
class _AtHand:
    """What a thread has decoded for the photo that it reads just now."""

    photos: dict[str, NDArray[Any]] = field(default_factory=dict)
    masks: dict[Path, IntegerArray] = field(default_factory=dict)


class Examiner:
    """An `engine.data.probe.Probe` that keeps the facts of every photo in a store."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._facts_of: dict[str, PhotoFacts] = {}
        self._mask_digests: dict[Path, str] = {}
        self._threads = threading.local()
        self._early = 0

    def photo(self, data: bytes, sha256: str, name: str) -> PhotoProbe:
        """What a photo is; decodes it where the store does not know it."""
        self._threads.at_hand = _AtHand()
        return self._facts(data, sha256, name).probe

    def mask(self, data: bytes, path: Path) -> MaskProbe:
        """What a mask holds; decodes it where the store does not know it."""
        sha256 = self._mask_digests[path] = sha256_bytes(data)
        known = self.store.mask(sha256)
        if known is None:
            mask = decode_mask(data, path.name)
            self._at_hand().masks[path] = mask
            known = probe_mask(mask)
            self.store.put_mask(sha256, known)
        return known

    def understood(self, sample: Sample) -> None:
        """Measures the annotated pieces of a photo that was decoded just now."""
        at_hand = self._at_hand()
        if at_hand.masks or isinstance(sample.annotation, BoxAnnotation):
            pieces = len(self.regions(sample))
            if isinstance(sample.annotation, VerdictAnnotation):
                pass  # nobody asks what defects look like where only good parts are learnt
            elif sample.sha256 in at_hand.photos and self._early < MOST_LOOKED_AT_EARLY:
                self._early += pieces
                self.looks(sample)
        self._threads.at_hand = _AtHand()

    def facts(self, sample: Sample) -> PhotoFacts | None:
        """The facts of a photo; None where its file cannot be read any more."""
        known = self._known(sample.sha256)
        if known is not None:
            return known
        try:
            return self._facts(self._same_bytes(sample), sample.sha256, sample.id)
        except UnreadableImage:
            return None

    def regions(self, sample: Sample) -> tuple[AnnotatedRegion, ...]:
        """The annotated pieces of a photo; none where its mask cannot be read any more."""
        if sample.annotation is None or not sample.classes:
            return ()
        if isinstance(sample.annotation, BoxAnnotation):
            return box_regions(sample.annotation)
        return self._regions(_brush(sample.annotation), sample.size_hw)

    def marks_on_good(self, sample: Sample) -> tuple[AnnotatedRegion, ...]:
        """What the mask of a photo in a good folder marks, of class 0; none where unreadable."""
        verdict = sample.annotation
        if not isinstance(verdict, VerdictAnnotation) or verdict.defect is not None:
            return ()
        return self._regions(_brush(verdict), sample.size_hw)

    def _regions(
        self, annotation: MaskAnnotation, size_hw: tuple[int, int]
    ) -> tuple[AnnotatedRegion, ...]:
        try:
            key = f"regions:{self.annotation_key(annotation)}"
            known = self.store.plain(key)
            if known is None:
                label_map = read_label_map(annotation, size_hw, self._mask)
                known = [astuple(region) for region in find_regions(label_map)]
                self.store.put_plain(key, known)
        except DltrainError:
            return ()
        return tuple(AnnotatedRegion(index, tuple(box), area) for index, box, area in known)

    def grey(self, sample: Sample) -> NDArray[np.uint8]:
        """A photo in 8-bit grey (H, W).

        Raises:
            UnreadableImage: its file cannot be read any more.
        """
        return to_grey(self._pixels(sample))

    def overlaps(self, sample: Sample) -> tuple[Overlap, ...]:
        """The regions that masks of two classes claim; none where one cannot be read any more."""
        if not isinstance(sample.annotation, MaskAnnotation) or not sample.annotation.more:
            return ()
        try:
            key = f"overlaps:{self.annotation_key(sample.annotation)}"
            known = self.store.plain(key)
            if known is None:
                known = find_overlaps(sample.annotation, sample.size_hw, self._mask)
                self.store.put_plain(key, known)
        except DltrainError:
            return ()
        return tuple((first, second, tuple(box), share) for first, second, box, share in known)

    def looks(self, sample: Sample) -> tuple[Look, ...]:
        """The larger annotated pieces of a photo and what they look like; none where unreadable."""
        if sample.annotation is None or not sample.classes:
            return ()
        try:
            key = f"looks:{sample.sha256}:{self.annotation_key(sample.annotation)}"
            known = self.store.plain(key)
            if known is None:
                grey = to_grey(self._pixels(sample))
                known = [
                    [*astuple(region), look(grey, region.bbox_xywh, mask).round(4).tolist()]
                    for region, mask in self._larger(sample.annotation, sample.size_hw)
                ]
                self.store.put_plain(key, known)
        except DltrainError:
            return ()
        return tuple(
            (AnnotatedRegion(index, tuple(box), area), tuple(figures))
            for index, box, area, figures in known
        )

    def _at_hand(self) -> _AtHand:
        found = getattr(self._threads, "at_hand", None)
        return found if isinstance(found, _AtHand) else _AtHand()

    def _known(self, sha256: str) -> PhotoFacts | None:
        known = self._facts_of.get(sha256) or self.store.photo(sha256)
        if known is not None:
            self._facts_of[sha256] = known
        return known

    def annotated(self, sample: Sample) -> tuple[Annotated, ...] | None:
        """The annotated pieces of a photo with their pixels; None where its mask is unreadable.

        Crumbs and ignored pixels come as one piece that belongs to no class.
        """
        if sample.annotation is None:
            return None
        if isinstance(sample.annotation, BoxAnnotation):
            return tuple(
                Annotated(None if index == IGNORE else int(index), box)
                for index, box in cut_boxes(sample.annotation, sample.size_hw)
            )
        brush = _brush(sample.annotation)
        if brush.path is None and not sample.classes:
            return ()
        try:
            label_map = read_label_map(brush, sample.size_hw, self._mask)
        except DltrainError:
            return None
        pieces = larger_pieces(find_components(label_map))
        found = [
            Annotated(piece.class_index, piece.bbox_xywh, own)
            for piece, own in with_masks(pieces, label_map.shape)
        ]
        ignored = label_map > BACKGROUND
        for each in pieces:
            ignored.flat[each.pixels] = False
        if ignored.any():
            whole = (0, 0, ignored.shape[1], ignored.shape[0])
            found.append(Annotated(None, whole, ignored))
        return tuple(found)

    def _facts(self, data: bytes, sha256: str, name: str) -> PhotoFacts:
        known = self._known(sha256)
        if known is None:
            pixels = decode_image(data, name)
            self._at_hand().photos[sha256] = pixels
            known = examine(pixels, exif_orientation(data), jpeg_steps(data))
            self._facts_of[sha256] = known
            self.store.put_photo(sha256, known)
        return known

    def _pixels(self, sample: Sample) -> NDArray[Any]:
        at_hand = self._at_hand().photos.get(sample.sha256)
        return at_hand if at_hand is not None else decode_image(self._same_bytes(sample), sample.id)

    def _same_bytes(self, sample: Sample) -> bytes:
        """The file of a photo, as long as it is the one that was read."""
        return _unchanged(read_bytes(sample.image), sample.sha256, sample.id)

    def _mask(self, path: Path) -> IntegerArray:
        at_hand = self._at_hand().masks.get(path)
        if at_hand is not None:
            return at_hand
        data = read_bytes(path)
        return decode_mask(_unchanged(data, self._mask_digest(path), str(path)), str(path))

    def _mask_digest(self, path: Path) -> str:
        """Of the mask as a reader read it, or else as it is."""
        return self._mask_digests.get(path) or sha256_bytes(read_bytes(path))

    def _larger(
        self, annotation: Annotation, size_hw: tuple[int, int]
    ) -> Iterable[tuple[AnnotatedRegion, NDArray[np.bool_] | None]]:
        """The larger pieces of an annotation; what a brush marked with its own pixels."""
        if isinstance(annotation, BoxAnnotation):
            return [(region, None) for region in larger_boxes(annotation, size_hw)]
        label_map = read_label_map(_brush(annotation), size_hw, self._mask)
        return with_masks(larger_pieces(find_components(label_map)), label_map.shape)

    def annotation_key(self, annotation: Annotation) -> str:
        """Of an annotation's content and of what it means."""
        if isinstance(annotation, BoxAnnotation):
            boxes = annotation.corners.tobytes() + annotation.class_indices.tobytes()
            return f"boxes:{sha256_bytes(boxes)}"
        parts, brush = [], _brush(annotation)
        for layer in (brush, *brush.more):
            content = self._mask_digest(layer.path) if layer.path else ""
            parts.append(f"{content}:{layer.values}:{layer.threshold}")
        return sha256_bytes(" ".join(parts).encode())


@contextmanager
def open_examiner() -> Iterator[Examiner]:
    """An examiner with the user's store, which is written and let go of at the end."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)  # as many photos as there are cores are looked at already
    try:
        with open_store() as store:
            yield Examiner(store)
    finally:
        cv2.setNumThreads(threads)


def _brush(annotation: MaskAnnotation | VerdictAnnotation) -> MaskAnnotation:
    return brush_of(annotation) if isinstance(annotation, VerdictAnnotation) else annotation


def _unchanged(data: bytes, sha256: str, name: str) -> bytes:
    """The bytes of a file, or they would be remembered as what another content shows."""
    if sha256_bytes(data) != sha256:
        raise UnreadableImage("changed while it was looked at", where=name, fix="Run it again")
    return data

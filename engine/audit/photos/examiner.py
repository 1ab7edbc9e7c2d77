"""Looks at each photo once, for readers and for the audit alike, and remembers what it saw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple

from engine.audit.appearance import look
from engine.audit.lookalikes.photos import Annotated
from engine.audit.photos.facts import PhotoFacts, examine
from engine.audit.photos.preview import to_grey
from engine.audit.photos.store import FactStore
from engine.audit.regions import AnnotatedRegion, find_regions, larger_pieces, with_masks
from engine.data.components import find_components
from engine.data.digest import sha256_bytes
from engine.data.images import decode_image, exif_orientation, read_bytes
from engine.data.probe import Decoding, MaskProbe, PhotoProbe
from engine.data.readers.masks import read_label_map
from engine.errors import DltrainError, UnreadableImage
from engine.records import BACKGROUND, MaskAnnotation, Sample


class Examiner:
    """An `engine.data.probe.Probe` that keeps the facts of every photo in a store."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._plain = Decoding()

    def photo(self, data: bytes, sha256: str, name: str) -> PhotoProbe:
        """What a photo is; decodes it where the store does not know it."""
        return self._facts(data, sha256, name).probe

    def mask(self, data: bytes, name: str) -> MaskProbe:
        """What a mask holds; decodes it where the store does not know it."""
        sha256 = sha256_bytes(data)
        known = self.store.mask(sha256)
        if known is None:
            known = self._plain.mask(data, name)
            self.store.put_mask(sha256, known)
        return known

    def facts(self, sample: Sample) -> PhotoFacts | None:
        """The facts of a photo; None where its file cannot be read any more."""
        known = self.store.photo(sample.sha256)
        if known is not None:
            return known
        try:
            return self._facts(read_bytes(sample.image), sample.sha256, sample.id)
        except UnreadableImage:
            return None

    def regions(self, sample: Sample) -> tuple[AnnotatedRegion, ...]:
        """The annotated pieces of a photo; none where its mask cannot be read any more."""
        if sample.annotation is None or not sample.classes:
            return ()
        try:
            key = f"regions:{self.mask_key(sample.annotation)}"
            known = self.store.plain(key)
            if known is None:
                label_map = read_label_map(sample.annotation, sample.size_hw)
                known = [astuple(region) for region in find_regions(label_map)]
                self.store.put_plain(key, known)
        except DltrainError:
            return ()
        return tuple(AnnotatedRegion(index, tuple(box), area) for index, box, area in known)

    def looks(self, sample: Sample) -> tuple[tuple[AnnotatedRegion, tuple[float, ...]], ...]:
        """The larger annotated pieces of a photo and what they look like; none where unreadable."""
        if sample.annotation is None or not sample.classes:
            return ()
        try:
            key = f"looks:{sample.sha256}:{self.mask_key(sample.annotation)}"
            known = self.store.plain(key)
            if known is None:
                label_map = read_label_map(sample.annotation, sample.size_hw)
                grey = to_grey(decode_image(read_bytes(sample.image), sample.id))
                pieces = larger_pieces(find_components(label_map))
                known = [
                    [*astuple(region), look(grey, region.bbox_xywh, mask).round(4).tolist()]
                    for region, mask in with_masks(pieces, label_map.shape)
                ]
                self.store.put_plain(key, known)
        except DltrainError:
            return ()
        return tuple(
            (AnnotatedRegion(index, tuple(box), area), tuple(figures))
            for index, box, area, figures in known
        )

    def mask_key(self, annotation: MaskAnnotation) -> str:
        """Of the masks' contents and of what their values mean.

        Raises:
            UnreadableImage: a mask cannot be read any more.
        """
        parts = []
        for layer in (annotation, *annotation.more):
            content = sha256_bytes(read_bytes(layer.path)) if layer.path else ""
            parts.append(f"{content}:{layer.values}:{layer.threshold}")
        return sha256_bytes(" ".join(parts).encode())

    def annotated(self, sample: Sample) -> tuple[Annotated, ...] | None:
        """The annotated pieces of a photo with their pixels; None where its mask is unreadable.

        Crumbs and ignored pixels come as one piece that belongs to no class.
        """
        if sample.annotation is None:
            return None
        if sample.annotation.path is None and not sample.classes:
            return ()
        try:
            label_map = read_label_map(sample.annotation, sample.size_hw)
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
        known = self.store.photo(sha256)
        if known is None:
            known = examine(decode_image(data, name), exif_orientation(data))
            self.store.put_photo(sha256, known)
        return known


@contextmanager
def open_examiner() -> Iterator[Examiner]:
    """An examiner with the user's store, which is written and let go of at the end."""
    store = FactStore()
    try:
        yield Examiner(store)
    finally:
        store.close()

"""What the checks look at: the data set, what its photos show, and which of them are twins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.audit.edge_boxes import EdgeBoxes, edge_boxes
from engine.audit.lookalikes.remember import Lookalike, remembered_lookalikes
from engine.audit.overlaps import Overlap
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.facts import PhotoFacts
from engine.audit.regions import AnnotatedRegion
from engine.audit.remembered import remembered
from engine.audit.settings import AuditSettings
from engine.audit.texts import may_be_one
from engine.audit.tool.headings import HeadingFigures
from engine.audit.tool.looked_at import LookedAt, choose
from engine.audit.tool.lying import Lying
from engine.audit.tool.seeing import Grey, lying_of, see_lying, see_turned, turned_of
from engine.audit.tool.symmetry import SymmetryFigures
from engine.audit.twins.twins import Twin, groups, remembered_twins
from engine.data.workers import WORKERS
from engine.errors import UnreadableImage
from engine.records import Dataset, Sample, SplitName

Progress = Callable[[int, int], None]

MOST_LOOKS = 400
"""Regions of a class that are looked at closely."""

FEWEST_INDISTINCT, INDISTINCT_SHARE = 8, 0.3
"""So many objects, and such a share of all, that look the same are no proof of a leak."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One annotated region: where it is, and the figures of `engine.audit.appearance`."""

    sample: str
    object: str
    bbox_xywh: tuple[int, int, int, int]
    figures: tuple[float, ...]


class Audited:
    """A data set under audit; what is expensive is found when a check first asks for it."""

    def __init__(
        self,
        dataset: Dataset,
        settings: AuditSettings,
        examiner: Examiner,
        progress: Progress | None = None,
    ) -> None:
        self.dataset, self.settings = dataset, settings
        self._examiner, self._progress = examiner, progress
        self._edge_boxes: dict[str, EdgeBoxes] = {}

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """All photos, part by part."""
        return tuple(sample for part in self.dataset.parts().values() for sample in part)

    @cached_property
    def part_of(self) -> Mapping[str, SplitName]:
        """The part of the split that each photo, by its id, is in."""
        parts = self.dataset.parts().items()
        return {sample.id: part for part, samples in parts for sample in samples}

    @cached_property
    def facts(self) -> Mapping[str, PhotoFacts]:
        """What each photo shows, by its id; photos whose file has vanished are missing."""
        found = ((sample.id, self._examiner.facts(sample)) for sample in self.samples)
        return {name: facts for name, facts in found if facts is not None}

    def remembered(self, name: str, seen: object, conclude: Callable[[], Any]) -> Any:
        """What a check concluded from what it saw; see `engine.audit.remembered`."""
        return remembered(self._examiner.store, name, seen, conclude)

    @cached_property
    def regions(self) -> Mapping[str, tuple[AnnotatedRegion, ...]]:
        """The annotated pieces of each photo, by its id."""
        with ThreadPoolExecutor(max_workers=WORKERS) as pool:
            found = pool.map(self._examiner.regions, self.samples)
            return {sample.id: own for sample, own in zip(self.samples, found, strict=True)}

    def marks_on_good(self, sample: Sample) -> tuple[AnnotatedRegion, ...]:
        """What the mask of a photo that its folder calls good marks all the same."""
        return self._examiner.marks_on_good(sample)

    def edge_boxes(self, sample: Sample) -> EdgeBoxes:
        """The boxes of a photo, and where they lie."""
        if sample.id not in self._edge_boxes:
            own = edge_boxes(sample, self.frame(sample), self.inspected(sample))
            self._edge_boxes[sample.id] = own
        return self._edge_boxes[sample.id]

    def overlaps(self, sample: Sample) -> tuple[Overlap, ...]:
        """The regions of a photo that masks of two classes claim."""
        return self._examiner.overlaps(sample)

    def looks(self, class_index: int) -> tuple[Seen, ...]:
        """What regions of a class look like: of all, or of some where there are very many.

        Objects take turns, in an order that depends on their photos' content alone.
        """
        taken: dict[str, int] = {}
        turns: list[tuple[int, str, Sample]] = []
        for sample in sorted(self.samples, key=lambda each: each.sha256):
            if class_index in sample.classes:
                turn = taken.get(sample.object, 0)
                taken[sample.object] = turn + 1
                turns.append((turn, sample.sha256, sample))
        found: list[Seen] = []
        for _, _, sample in sorted(turns, key=lambda each: each[:2]):
            found += [
                Seen(sample.id, sample.object, region.bbox_xywh, figures)
                for region, figures in self._examiner.looks(sample)
                if region.class_index == class_index
            ]
            if len(found) >= MOST_LOOKS:
                break
        return tuple(found)

    def boxes(self, class_index: int) -> tuple[LookedAt, ...]:
        """Some boxes of a class, one after the other of each object."""
        return choose(self.samples, class_index)

    def turned(self, boxes: Sequence[LookedAt]) -> tuple[SymmetryFigures, HeadingFigures] | None:
        """How what boxes hold looks turned; None where a photo cannot be read any more."""
        seen = self._seen("turned", boxes, see_turned)
        return None if seen is None else turned_of(seen)

    def lying(self, boxes: Sequence[LookedAt]) -> tuple[Lying | None, ...]:
        """How the thing in each upright box lies."""
        seen = self._seen("lying", boxes, see_lying)
        return lying_of(seen) if seen is not None else (None,) * len(boxes)

    def _seen(
        self, what: str, boxes: Sequence[LookedAt], see: Callable[[Sequence[LookedAt], Grey], Any]
    ) -> Any:
        """What was seen of boxes; None where a photo cannot be read any more."""
        content = [(box.sample.sha256, box.corners.tolist()) for box in boxes]
        try:
            return self.remembered(what, content, lambda: see(boxes, self._examiner.grey))
        except UnreadableImage:
            return None

    @cached_property
    def twins(self) -> tuple[tuple[Sample, Sample, Twin], ...]:
        """Pairs of photos of the same thing, over all parts of the split.

        Where texts are read, photos whose texts differ show different things.
        """
        seen = [sample for sample in self.samples if sample.id in self.facts]
        pairs = remembered_twins(
            self._examiner.store,
            [sample.sha256 for sample in seen],
            [self.facts[sample.id] for sample in seen],
            self._progress,
        )
        twins = [(seen[twin.first], seen[twin.second], twin) for twin in pairs]
        if self.settings.task == "ocr":
            twins = [each for each in twins if each[2].identical or may_be_one(*each[:2])]
        return tuple(twins)

    @cached_property
    def indistinct(self) -> frozenset[str]:
        """Ids of photos that look the same as those of a large share of all objects.

        Either one part was photographed over and over, or the parts have nothing that tells them
        apart on a photo: a moulded surface without grain. Only who took them can say.
        """
        position = {sample.id: number for number, sample in enumerate(self.samples)}
        pairs = [(position[first.id], position[second.id]) for first, second, _ in self.twins]
        everything = len({sample.object for sample in self.samples})
        found: set[str] = set()
        for group in groups(len(self.samples), pairs):
            members = [self.samples[number] for number in group]
            objects = len({sample.object for sample in members})
            if objects >= max(FEWEST_INDISTINCT, INDISTINCT_SHARE * everything):
                found.update(sample.id for sample in members)
        return frozenset(found)

    @cached_property
    def lookalikes(self) -> tuple[Lookalike, ...]:
        """Places that look annotated and are not, likeliest first, in what is inspected."""
        return remembered_lookalikes(
            self._examiner,
            self.samples,
            self.facts,
            {sample.id: self.inspected(sample) for sample in self.samples},
        )

    def frame(self, sample: Sample) -> tuple[int, int, int, int]:
        """A photo's region of interest: x, y, width, height in px."""
        return self.settings.roi_xywh or (0, 0, sample.size_hw[1], sample.size_hw[0])

    def margin_px(self, sample: Sample) -> int:
        """Width of the edge band along the region of interest."""
        _, _, width, height = self.frame(sample)
        return self.settings.margin.to_px((height, width))

    def inspected(self, sample: Sample) -> tuple[int, int, int, int]:
        """What the margin leaves of a photo's region of interest: x, y, width, height in px."""
        x, y, width, height = self.frame(sample)
        margin_px = self.margin_px(sample)
        inner = max(0, width - 2 * margin_px), max(0, height - 2 * margin_px)
        return (x + margin_px, y + margin_px, *inner)

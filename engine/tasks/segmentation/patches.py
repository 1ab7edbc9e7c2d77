"""Which patches training sees: balanced over classes, objects and regions, around defects.

Rare and thin defects cover a per mille of the pixels; whole photos hardly ever show them to the
loss. Two thirds of the patches are therefore centred near a defect: the class is drawn first,
then one of its objects, then one of the object's regions, so that a part photographed often or
a defect that covers much area weighs no more than any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.intensity import to_unit
from engine.records import IGNORE
from engine.tasks.augment import (
    Augmentation,
    FloatImage,
    LabelMap,
    elastic_displacement,
    relight,
    resample,
    sampling_matrix,
)
from engine.tasks.segmentation.photos import mask_margin
from engine.tasks.segmentation.transplant import SURROUND_PX, cut_graft, transplant, vary_graft

ANCHORS_A_REGION = 32
"""Pixels kept a region to centre patches on."""

CUT_BAND_PX = 8
"""Nothing counts this close to the edge of a patch: what an edge cuts lacks its context."""

TRANSPLANT_SHARE = 0.5
"""Chance that a patch gets a defect of another photo, and then that it gets one more."""

LARGEST_GRAFT = 0.6
"""Longest side of a defect that is transplanted, as a share of the patch's shorter side."""


@dataclass(frozen=True, slots=True)
class Region:
    """One connected piece of one class.

    Attributes:
        sample, value, bbox_xywh: its photo, label value and place.
        anchors_xy: some pixels of it, (A, 2).
        whole: neither the photo's border nor ignored pixels touch it, and may have cut it.
    """

    sample: int
    value: int
    bbox_xywh: tuple[int, int, int, int]
    anchors_xy: NDArray[np.int32]
    whole: bool

    @property
    def extent_px(self) -> int:
        """Longer side of the bounding box."""
        return max(self.bbox_xywh[2:])


@dataclass(frozen=True, slots=True)
class PatchIndex:
    """Where defects are: `classes[class][object]` lists regions; `objects[object]` lists photos."""

    classes: tuple[tuple[tuple[Region, ...], ...], ...]
    objects: tuple[tuple[int, ...], ...]

    @property
    def extents_px(self) -> list[int]:
        """Longer sides of the bounding boxes of all regions."""
        return [region.extent_px for by in self.classes for own in by for region in own]


def find_regions(labels: LabelMap, sample: int, class_count: int, seed: int) -> list[list[Region]]:
    """The connected regions (8-neighbourhood) of each class of a label map, with anchor pixels."""
    rng = np.random.default_rng([seed, sample])
    cutting = cv2.copyMakeBorder(
        (labels == IGNORE).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1
    )
    beside_cut = cv2.dilate(cutting, np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
    found: list[list[Region]] = []
    for index in range(class_count):
        mask = (labels == index + 1).astype(np.uint8)
        regions: list[Region] = []
        if mask.any():
            count, components, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
            rows, columns = np.nonzero(components)
            owner = components[rows, columns]
            order = np.argsort(owner, kind="stable")
            cut = set(np.unique(components[beside_cut]).tolist())
            members = np.split(order, np.cumsum(np.bincount(owner))[:-1])
            for component in range(1, count):
                own = members[component]
                chosen = rng.choice(own, min(len(own), ANCHORS_A_REGION), replace=False)
                anchors = np.stack([columns[chosen], rows[chosen]], axis=1).astype(np.int32)
                left, top, width, height = (int(side) for side in boxes[component, :4])
                regions.append(
                    Region(
                        sample, index + 1, (left, top, width, height), anchors, component not in cut
                    )
                )
        found.append(regions)
    return found


def index_patches(
    label_maps: Callable[[int], LabelMap], objects: Sequence[str], class_count: int, seed: int
) -> PatchIndex:
    """Index the regions of all training photos.

    Args:
        label_maps: gives the label map of photo `i`, margin and ignored labels already `IGNORE`.
        objects: the object that each photo shows.
        class_count: number of classes, background not counted.
    """
    names = {name: number for number, name in enumerate(dict.fromkeys(objects))}
    photos: list[list[int]] = [[] for _ in names]
    regions: list[dict[int, list[Region]]] = [{} for _ in range(class_count)]
    for sample, name in enumerate(objects):
        photos[names[name]].append(sample)
        for index, found in enumerate(find_regions(label_maps(sample), sample, class_count, seed)):
            if found:
                regions[index].setdefault(names[name], []).extend(found)
    return PatchIndex(
        classes=tuple(tuple(tuple(own) for own in by.values()) for by in regions if by),
        objects=tuple(tuple(own) for own in photos),
    )


@dataclass(frozen=True, slots=True)
class PatchSampler:
    """Draws training patches; every patch is a pure function of (seed, step, position).

    Attributes:
        images: gives photo `i`, (H, W) or (H, W, 3), uint8 or uint16.
        labels: gives the label map of photo `i`.
        white_16_bit: white level of 16-bit photos.
        patch_hw: size of a patch in px.
        defect_share: share of the patches that are centred near a defect.
    """

    images: Callable[[int], NDArray[np.generic]]
    labels: Callable[[int], LabelMap]
    index: PatchIndex
    augmentation: Augmentation
    white_16_bit: float
    patch_hw: tuple[int, int]
    seed: int
    defect_share: float = 2 / 3

    def draw(self, step: int, position: int) -> tuple[FloatImage, LabelMap]:
        """Patch `position` of the global batch of `step`: image (H, W, 3) in 0…1, labels (H, W)."""
        rng = np.random.default_rng([self.seed, step, position])
        sample, anchor = self._choose(rng)
        image, labels = self.images(sample), self.labels(sample)
        center = _keep_inside(anchor, labels.shape[:2], self.patch_hw, rng)
        matrix = sampling_matrix(center, self.patch_hw, self.augmentation, rng)
        elastic = self.augmentation.elastic_px
        field = elastic_displacement(self.patch_hw, elastic, rng) if elastic > 0 else None
        cut, truth = resample(image, labels, matrix, self.patch_hw, field)
        pixels = np.ascontiguousarray(to_unit(cut, self.white_16_bit))
        while self._may_transplant and rng.random() < TRANSPLANT_SHARE:
            self._transplant(pixels, truth, rng)
        pixels = relight(pixels, self.augmentation, rng)
        return pixels, mask_margin(truth, CUT_BAND_PX)

    @property
    def _may_transplant(self) -> bool:
        """A recipe that switches all augmentation off wants its photos as they are."""
        return bool(self.index.classes) and self.augmentation != Augmentation()

    def _transplant(self, pixels: FloatImage, truth: LabelMap, rng: np.random.Generator) -> None:
        """Adds a defect of another photo to a patch, in place, if it is whole and small enough."""
        region = self._choose_region(rng)
        if not region.whole or region.extent_px > LARGEST_GRAFT * min(self.patch_hw):
            return
        labels = self.labels(region.sample)
        cut, seed_xy = _surroundings(region, labels.shape)
        source = to_unit(self.images(region.sample)[cut], self.white_16_bit)
        graft = cut_graft(source, labels[cut], seed_xy, region.value)
        if graft is not None:
            varied = vary_graft(graft, self.augmentation, rng)
            transplant(pixels, truth, varied, region.value, rng)

    def _choose_region(self, rng: np.random.Generator) -> Region:
        by_object = self.index.classes[rng.integers(len(self.index.classes))]
        regions = by_object[rng.integers(len(by_object))]
        return regions[rng.integers(len(regions))]

    def _choose(self, rng: np.random.Generator) -> tuple[int, NDArray[np.integer[Any]]]:
        """A photo, and the pixel (x, y) of it that the patch is to show.

        Where no defect is asked for it is any pixel of the photo, border included: were that
        seen in patches with a defect alone, every photo's border would look like one.
        """
        if self.index.classes and rng.random() < self.defect_share:
            region = self._choose_region(rng)
            return region.sample, region.anchors_xy[rng.integers(len(region.anchors_xy))]
        photos = self.index.objects[rng.integers(len(self.index.objects))]
        sample = photos[rng.integers(len(photos))]
        return sample, rng.integers(self.labels(sample).shape[1::-1])


def _surroundings(
    region: Region, size_hw: tuple[int, ...]
) -> tuple[tuple[slice, slice], tuple[int, int]]:
    """The part of a photo around a region, and one of the region's pixels (x, y) in it."""
    x, y, width, height = region.bbox_xywh
    around = 2 * SURROUND_PX
    left, top = max(0, x - around), max(0, y - around)
    cut = (
        slice(top, min(size_hw[0], y + height + around)),
        slice(left, min(size_hw[1], x + width + around)),
    )
    seed_x, seed_y = region.anchors_xy[0]
    return cut, (int(seed_x) - left, int(seed_y) - top)


def _keep_inside(
    anchor: NDArray[np.integer[Any]],
    size_hw: tuple[int, ...],
    patch_hw: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Middle of a patch that shows the anchor and leaves the photo by at most `CUT_BAND_PX`."""
    center: list[float] = []
    for axis, (length, patch) in enumerate(zip(size_hw[::-1], patch_hw[::-1], strict=True)):
        low = (patch - 1) / 2 - CUT_BAND_PX
        high = length - 1 - low
        if low >= high:
            center.append((length - 1) / 2)
        else:
            reach = patch / 2 - 2 * CUT_BAND_PX
            wanted = float(anchor[axis]) + rng.uniform(-reach, reach)
            center.append(float(np.clip(wanted, low, high)))
    return center[0], center[1]

"""The words' photos as docTR's script sees them: fitted, changed at random, normalised."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.ocr.words import Word

SIZE_HW = (32, 128)
MEAN, DEVIATION = (0.694, 0.695, 0.693), (0.299, 0.296, 0.301)


def split(words: Sequence[Word], share: float, seed: int) -> tuple[list[Word], list[Word]]:
    """Training and validation words, drawn by chance."""
    drawn = list(words)
    random.Random(seed).shuffle(drawn)
    kept = round(len(drawn) * share)
    return drawn[kept:], drawn[:kept]


def fit(words: Sequence[Word]) -> Any:
    """The photos in `SIZE_HW`, float32 (n, 3, height, width) from 0 to 1."""
    import torch
    from doctr.io import read_img_as_tensor
    from doctr.transforms import Resize
    from doctr.utils import Sample

    resize = Resize(SIZE_HW, preserve_aspect_ratio=True)
    photos = (read_img_as_tensor(word.image, dtype=torch.float32) for word in words)
    return stacked(resize(Sample(image=photo)).image for photo in photos)


def augmentation() -> Callable[[Any], Any]:
    """What docTR's script does to a fitted photo (3, height, width).

    Since docTR 1.1 a transform takes a `Sample`, which those of torchvision would pass on
    unchanged, so docTR's own wrapper is around these.
    """
    from doctr import transforms
    from doctr.utils import Sample
    from torchvision.transforms.v2 import (
        RandomGrayscale,
        RandomPerspective,
        RandomPhotometricDistort,
    )

    apply, wrapped = transforms.RandomApply, transforms.ImageTorchvisionTransform
    chain = transforms.SampleCompose([
        apply(transforms.ColorInversion(), 0.1),
        wrapped(RandomGrayscale(p=0.1)),
        wrapped(RandomPhotometricDistort(p=0.1)),
        apply(transforms.RandomShadow(), 0.4),
        apply(transforms.GaussianNoise(mean=0, std=0.1), 0.1),
        apply(transforms.GaussianBlur(sigma=(0.5, 1.5)), 0.3),
        wrapped(RandomPerspective(distortion_scale=0.2, p=0.3)),
    ])  # fmt: skip
    return lambda photo: chain(Sample(image=photo)).image


def stacked(photos: Iterable[Any]) -> Any:
    """Photos as one array, (n, 3, height, width)."""
    import torch

    return torch.stack(list(photos))


def normalised(photos: Any) -> Any:
    """As docTR's networks see photos; their channels lie last."""
    import torch
    from torchvision.transforms.v2.functional import normalize

    photos = normalize(photos, list(MEAN), list(DEVIATION))
    return photos.to(memory_format=torch.channels_last)

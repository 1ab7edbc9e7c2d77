"""The network: built with random weights, taught one step, and asked to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.ocr.peer_doctr.photos import SIZE_HW, normalised
from benchmarks.ocr.words import CHARACTERS

MOST_GRADIENT = 5.0


def build(momentum: float) -> Any:
    """The network with random weights."""
    import torch
    from doctr.models import crnn_mobilenet_v3_small

    network = crnn_mobilenet_v3_small(
        pretrained=False, pretrained_backbone=False, vocab=CHARACTERS, input_shape=(3, *SIZE_HW)
    )
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = momentum
    return network.to(memory_format=torch.channels_last)


def one_step(network: Any, batch: Any, texts: list[str], steps: Any) -> float:
    """One step of the optimiser.

    Returns:
        The loss before it.
    """
    import torch

    steps.zero_grad()
    loss = network(batch, texts)["loss"]
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), MOST_GRADIENT)
    steps.step()
    return float(loss.item())


def read(
    network: Any, photos: Any, texts: Sequence[str], size: int = 64
) -> tuple[list[str], float]:
    """What the network reads on fitted photos, and its mean loss."""
    import torch

    network.eval()
    told: list[str] = []
    loss = 0.0
    with torch.inference_mode():
        for first in range(0, len(photos), size):
            batch = normalised(photos[first : first + size])
            out = network(batch, list(texts[first : first + size]), return_preds=True)
            told += [text for text, _ in out["preds"]]
            loss += float(out["loss"].item()) * len(batch)
    return told, loss / len(photos)

"""Trained weights for a backbone: published ones, a preset folder, a file, or a model of ours.

All of a backbone's tensors are loaded or none: whatever differs is an error that says where.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UsageError
from engine.kcv.backbones import Backbone
from engine.kcv.hub import fetch_published
from engine.kcv.stored_weights import StoredWeights, read_stored_weights

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class WeightsRecord:
    """What was loaded into a backbone.

    Attributes:
        source: `none`, or the handle, address or path that the weights came from.
        digest: SHA-256 in hex of the file, or of the names and digests of a preset's files;
            empty when nothing was loaded.
        tensors_loaded: number of tensors set in the backbone.
        skipped: tensors or layers of the source that a backbone has no use for, such as a
            classifier on top.
    """

    source: str
    digest: str
    tensors_loaded: int
    skipped: tuple[str, ...]


def load_weights(backbone: Backbone, weights: str | Path) -> WeightsRecord:
    """Loads trained weights into a backbone, in place.

    Args:
        backbone: takes the weights.
        weights: `none`; the name of a published set (`imagenet`, for YOLOv8 `coco`); or a path
            to a keras_cv preset folder, an `.h5` file of the backbone's weights, or a `.keras`
            model of ours that holds this backbone.

    Raises:
        UsageError: no such set or path, an unreadable file, or another architecture's weights.
        RunFailed: the published weights are not in the cache and cannot be fetched.
    """
    if isinstance(weights, str) and weights == "none":
        return WeightsRecord("none", "", 0, ())
    if isinstance(weights, str) and weights in ("imagenet", *backbone.spec.presets):
        source, path = fetch_published(backbone.spec, weights)
    else:
        source, path = str(weights), Path(weights)
        if not path.exists():
            raise UsageError(
                "no such weights",
                where="model.weights",
                received=source,
                allowed="none, imagenet, a preset folder, an .h5 file or a .keras model",
                fix="Check the path; it is relative to the recipe",
            )
    stored = read_stored_weights(backbone, path)
    _assign(backbone, stored, source)
    digest = digest_weights(path)
    return WeightsRecord(source, digest, len(stored.tensors), stored.skipped)


def digest_weights(path: Path) -> str:
    """SHA-256 in hex of a weights file, or over the names and digests of a preset's files."""
    if path.is_file():
        return _digest_file(path)
    files = [path / "config.json", *sorted(path.glob("*.weights.h5"))]
    lines = [f"{file.name} {_digest_file(file)}" for file in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _digest_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _assign(backbone: Backbone, stored: StoredWeights, source: str) -> None:
    expected = [(v.path, tuple(v.shape)) for v in backbone.core.weights]
    received = [tuple(tensor.shape) for tensor in stored.tensors]
    if [shape for _, shape in expected] != received:
        raise UsageError(
            f"these weights are not those of {backbone.spec.name}",
            where=f"model.weights: {source}",
            received=f"{stored.description} with {len(received)} tensors; "
            + _first_difference(expected, received),
            allowed=f"the {len(expected)} tensors of {backbone.spec.name}",
            fix="Give the weights of this backbone, or set model.backbone to the one they fit",
        )
    backbone.core.set_weights(list(stored.tensors))


def _first_difference(
    expected: Sequence[tuple[str, tuple[int, ...]]], received: Sequence[tuple[int, ...]]
) -> str:
    for (path, wanted), got in zip(expected, received, strict=False):
        if wanted != got:
            return f"the first that differs is {path}: {got} where {wanted} is needed"
    return f"the first {min(len(expected), len(received))} fit"

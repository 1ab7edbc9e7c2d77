"""Where published weights come from: the cache of the hub, or the hub itself."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import kagglehub
import keras

from engine.errors import RunFailed, UsageError
from engine.kcv.spec import BackboneSpec

PRESET_FILES = ("config.json", "model.weights.h5")
_KAGGLE = "kaggle://"
_TIMEOUT_S = 15.0


def fetch_published(spec: BackboneSpec, trained_on: str) -> tuple[str, Path]:
    """The handle of published weights, and where they lie after they have been fetched.

    What is in the cache is not fetched again, and then no network is needed: `KAGGLEHUB_CACHE`
    for keras_cv's presets, the folder `models` of `KERAS_HOME` for keras.applications.

    Raises:
        UsageError: none are published for this backbone.
        RunFailed: they are not in the cache and cannot be fetched.
    """
    if trained_on not in spec.presets:
        raise UsageError(
            f"no {trained_on} weights are published for {spec.name}",
            where="model.weights",
            received=trained_on,
            allowed="none, a weights file or a preset folder"
            + (" (published: " + ", ".join(spec.presets.values()) + ")" if spec.presets else ""),
            fix="Choose another backbone (docs/backbones.md lists what is published), or fetch "
            "what is published and give its path",
        )
    handle = spec.presets[trained_on]
    cached = cache_path(handle)
    if is_cached(handle):
        return handle, cached
    try:
        with _downloading():
            _download(handle)
    # Each library raises its own errors, requests' and plain `Exception` among them.
    except Exception as why:
        raise RunFailed(
            f"the {trained_on} weights of {spec.name} cannot be fetched",
            where="model.weights",
            received=" ".join(str(why).split())[:200],
            fix=fetch_instructions(handle),
        ) from why
    return handle, cached


def cache_path(handle: str) -> Path:
    """The preset folder or weights file in the cache, whether it is there or not."""
    if handle.startswith(_KAGGLE):
        default = Path.home() / ".cache" / "kagglehub"
        cache = Path(os.environ.get("KAGGLEHUB_CACHE", default))
        return cache / "models" / handle.removeprefix(_KAGGLE)
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    return home / "models" / handle.rsplit("/", 1)[-1]


def is_cached(handle: str) -> bool:
    """Whether the weights can be loaded without a network."""
    path = cache_path(handle)
    if handle.startswith(_KAGGLE):
        return all((path / name).is_file() for name in PRESET_FILES)
    return path.is_file()


def fetch_instructions(handle: str) -> str:
    """How to bring the weights to a host without a network, as commands."""
    path = cache_path(handle)
    if handle.startswith(_KAGGLE):
        name = handle.removeprefix(_KAGGLE)
        code = f"import kagglehub; print(kagglehub.model_download('{name}'))"
        return (
            "On a machine with a network run `pip install kagglehub` and "
            f'`python -c "{code}"`; copy the folder that it prints to {path} on this '
            "host, or set model.weights to where you put it"
        )
    return (
        f"On a machine with a network run `curl -O {handle}`; copy the file to {path} on this "
        "host, or set model.weights to where you put it"
    )


def _download(handle: str) -> None:
    if handle.startswith(_KAGGLE):
        for name in PRESET_FILES:
            kagglehub.model_download(handle.removeprefix(_KAGGLE), name)
    else:
        keras.utils.get_file(origin=handle, cache_subdir="models")


@contextlib.contextmanager
def _downloading() -> Iterator[None]:
    """Bounds every wait for the network, and keeps progress off the standard output."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_TIMEOUT_S)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        socket.setdefaulttimeout(before)

"""Errors of one photo say which photo it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import DltrainError


@contextmanager
def photo_named(sample_id: str) -> Iterator[None]:
    """Names the photo in an error that comes up within and does not say where."""
    try:
        yield
    except DltrainError as error:
        if error.where is None:
            error.place(sample_id)
        raise

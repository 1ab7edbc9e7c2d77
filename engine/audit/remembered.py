"""Conclusions by what they were drawn from: what was concluded once is not concluded again.

A conclusion depends on what a check saw and on the code that it ran. Both are in the key: the code
as a digest of the files of `engine.audit` and `engine.data` and of the versions of what they
compute with, so that no change of a check can be answered with what an older one found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engine.audit.photos.store import FactStore

LIBRARIES = ("numpy", "opencv-python-headless", "scikit-learn", "scipy", "shapely")


def remembered(store: FactStore, name: str, seen: object, conclude: Callable[[], Any]) -> Any:
    """What `conclude` gives, or what it gave on the same before.

    Args:
        store: where conclusions are kept.
        name: of the question, such as a check's code.
        seen: all that the conclusion depends on, as JSON can hold it.
        conclude: gives the conclusion, as JSON can hold it, not None.
    """
    digest = hashlib.sha256(code_digest().encode())
    digest.update(json.dumps(seen, separators=(",", ":")).encode())
    key = f"{name}:{digest.hexdigest()}"
    known = store.plain(key)
    if known is None:
        known = conclude()
        store.put_plain(key, known)
    return known


@cache
def code_digest() -> str:
    """Of the code that concludes, and of the libraries that it computes with."""
    audit = Path(__file__).parent
    versions = " ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return digest_of((audit, audit.parent / "data"), versions)


def digest_of(folders: Sequence[Path], versions: str) -> str:
    """Of names and contents of all files below some folders, and of a text."""
    digest = hashlib.sha256(versions.encode())
    for folder in folders:
        for path in sorted(each for each in folder.rglob("*") if "__pycache__" not in each.parts):
            if path.is_file():
                digest.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()

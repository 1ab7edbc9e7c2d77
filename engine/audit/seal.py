"""The sealed test set: what the first run was tested on, kept beside the recipe.

`<recipe>.sealed.json` lists the digest of every test photo and when it was added. Later runs must
test on all of them; more may be added.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from engine.atomic import write_text
from engine.errors import UsageError
from engine.records import Sample

SUFFIX = ".sealed.json"
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class SealedPhoto:
    """A test photo as it was when it was sealed."""

    image: str
    sha256: str
    added: str


def seal_path(recipe: Path) -> Path:
    """Where the test set of a recipe is sealed."""
    return recipe.with_name(recipe.stem + SUFFIX)


def read_seal(path: Path) -> tuple[SealedPhoto, ...]:
    """The sealed photos; none where nothing is sealed yet.

    Raises:
        UsageError: the file is there and is no seal.
    """
    try:
        photos = json.loads(path.read_text("utf-8"))["photos"]
        return tuple(SealedPhoto(**photo) for photo in photos)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "the sealed test set cannot be read",
            where=str(path),
            received=str(error),
            allowed="the file as a run wrote it",
            fix="Restore it from a backup; delete it only to begin with a new test set",
        ) from error


def write_seal(path: Path, test: Iterable[Sample], now: datetime | None = None) -> int:
    """Adds the test photos that are not sealed yet, and returns how many there were.

    Processes of one host that seal at the same time wait for one another, so that none loses what
    another adds.

    Raises:
        OSError: the file cannot be written, or another process holds it for longer than a minute.
    """
    photos = sorted(test, key=lambda sample: sample.id)
    if not _missing(read_seal(path), photos):
        return 0
    with FileLock(_lock(path), timeout=_PATIENCE_S, mode=0o666):
        sealed = read_seal(path)
        added = _missing(sealed, photos)
        if added:
            stamp = (now or datetime.now(UTC)).isoformat(timespec="seconds")
            new = (SealedPhoto(sample.id, sample.sha256, stamp) for sample in added)
            rows = [
                {"image": photo.image, "sha256": photo.sha256, "added": photo.added}
                for photo in (*sealed, *new)
            ]
            text = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
            write_text(path, f'{{"photos": [\n{text}\n]}}\n')
    return len(added)


def _lock(path: Path) -> Path:
    """A file of this host, not of the user's folders, that stands for the seal."""
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:32]
    return Path(tempfile.gettempdir()) / f"dltrain-seal-{digest}.lock"


def _missing(sealed: Iterable[SealedPhoto], photos: Iterable[Sample]) -> list[Sample]:
    known = {photo.sha256 for photo in sealed}
    return [sample for sample in photos if sample.sha256 not in known]

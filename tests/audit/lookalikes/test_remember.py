"""What was found is kept by content; masks and photos that change are looked at again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.audit.audited import Audited
from engine.audit.lookalikes import remember
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.store import FactStore
from engine.audit.settings import AuditSettings
from engine.records import Dataset
from tests.audit.drawn import spotted


def seen(dataset: Dataset, folder: Path) -> Audited:
    return Audited(dataset, AuditSettings(), Examiner(FactStore(folder / "cache")))


def test_the_same_photos_are_not_searched_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = spotted(7)(tmp_path)
    first = seen(data, tmp_path)
    found = first.lookalikes
    assert [each.sample for each in found] == ["7.png"]
    first._examiner.store.close()
    with monkeypatch.context() as patched:
        patched.setattr(remember, "_search", lambda *_: pytest.fail("searched again"))
        turned_round = replace(data, train=tuple(reversed(data.train)))
        assert seen(turned_round, tmp_path).lookalikes == found
    corrected = replace(data, train=data.train[:7] + data.train[8:])
    assert seen(corrected, tmp_path).lookalikes == ()


def test_photos_without_annotation_or_file_are_left_out(tmp_path: Path) -> None:
    data = spotted(7, 9)(tmp_path)
    samples = list(data.train)
    samples[7] = replace(samples[7], annotation=None)
    mask = samples[3].annotation
    assert mask is not None and mask.path is not None
    mask.path.unlink()
    found = seen(replace(data, train=tuple(samples)), tmp_path).lookalikes
    assert [each.sample for each in found] == ["9.png"]


def test_what_is_not_inspected_is_not_suggested(tmp_path: Path) -> None:
    data = spotted(7)(tmp_path)
    (place,) = seen(data, tmp_path).lookalikes
    x, y, width, _ = place.bbox_xywh
    beside = (x + 3 * width, 0, 160 - x - 3 * width, 160)
    if beside[2] < 40:
        beside = (0, 0, x - width, 160)
    settings = AuditSettings(roi_xywh=beside)
    audited = Audited(data, settings, Examiner(FactStore(tmp_path / "cache")))
    assert "7.png" not in [each.sample for each in audited.lookalikes]
    assert y < 160

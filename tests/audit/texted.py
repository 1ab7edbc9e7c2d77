"""What one check says of texts."""

from __future__ import annotations

from pathlib import Path

from engine.audit.audited import Audited
from engine.audit.checks import all_checks
from engine.audit.finding import Observation
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.store import FactStore
from engine.audit.settings import AuditSettings
from engine.records import Dataset
from engine.text.field import TextField

DIGITS = TextField("0123456789", None)
ANY = TextField(None, None)


def found(
    code: str, folder: Path, data: Dataset, *fields: TextField, **settings: object
) -> list[Observation]:
    chosen = AuditSettings(task="ocr", text_fields=fields, **settings)  # type: ignore[arg-type]
    store = FactStore(folder / "cache")
    seen = list(all_checks()[code].run(Audited(data, chosen, Examiner(store))))
    store.close()
    return seen

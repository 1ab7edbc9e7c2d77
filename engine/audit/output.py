"""The files of an audit: `findings.json` for programs, `audit.html` for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from engine.atomic import write_text
from engine.audit.finding import AuditResult, Finding
from engine.audit.html import render_html
from engine.audit.page import audit_page
from engine.audit.photos.store import open_store
from engine.errors import UsageError
from engine.records import Dataset
from engine.rundir import write_json


@dataclass(frozen=True, slots=True)
class AuditFiles:
    """Where the files of an audit were written."""

    findings: Path
    page: Path


def findings_document(recipe_name: str, result: AuditResult) -> dict[str, object]:
    """What `findings.json` holds: the contract's keys, `waived` with a reason each, and the codes
    of checks that the recipe switches off or lowers.
    """
    return {
        "recipe": recipe_name,
        "checked": list(result.checked),
        "findings": [_as_json(finding) for finding in result.findings],
        "waived": [{**_as_json(each.finding), "reason": each.reason} for each in result.waived],
        "off": list(result.off),
        "lowered": list(result.lowered),
    }


def write_audit(
    folder: Path, recipe_name: str, result: AuditResult, dataset: Dataset
) -> AuditFiles:
    """Writes both files into `folder`, each whole or not at all.

    Raises:
        UsageError: when the folder cannot be made or written.
    """
    files = AuditFiles(folder / "findings.json", folder / "audit.html")
    with open_store() as store:
        page = render_html(audit_page(recipe_name, result, dataset, store))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_json(files.findings, findings_document(recipe_name, result))
        write_text(files.page, page)
    except OSError as error:
        raise UsageError(
            f"the audit cannot be written ({error.strerror or error})",
            where=str(folder),
            allowed="a folder with write permission, and room on its disk",
            fix="Choose another folder with --out, or free some space",
        ) from error
    return files


def _as_json(finding: Finding) -> dict[str, object]:
    return {**asdict(finding), "samples": list(finding.samples)}

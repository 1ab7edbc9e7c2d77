"""What a check observes, and the finding that the audit makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.phrasing import first_few

Severity = Literal["error", "warn", "advice"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that a check saw.

    Attributes:
        samples: ids of the photos concerned.
        message: what is wrong, as a sentence without its full stop.
        evidence: what a person can look at; keys and values go into `findings.json` as they are.
        fix: what to do about it.
        severity: where it differs from its check's; a level in the recipe overrides both.
    """

    samples: tuple[str, ...]
    message: str
    evidence: Mapping[str, object] = field(default_factory=dict)
    fix: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """An observation with the code and name of its check, and the severity that the recipe gave."""

    code: str
    name: str
    severity: Severity
    samples: tuple[str, ...]
    message: str
    evidence: Mapping[str, object] = field(default_factory=dict)
    fix: str = ""


@dataclass(frozen=True, slots=True)
class WaivedFinding:
    """A finding that the recipe accepts, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class WaiverRule:
    """Findings of `code` whose photos all match one of `samples` are accepted, for `reason`."""

    code: str
    samples: tuple[str, ...]
    reason: str

    @property
    def matches_nothing(self) -> str:
        """The sentence, without its full stop, about a rule that no finding matches."""
        return f"the waiver of {self.code} ({first_few(self.samples)}) matches nothing"


@dataclass(frozen=True, slots=True)
class AuditResult:
    """The outcome of an audit.

    Attributes:
        findings: what stands, errors first, then by code and photo.
        waived: what the recipe waives, in the same order.
        checked: codes of the checks that ran: those that have a meaning for the recipe's task.
        off: codes of those that the recipe switched off.
        lowered: codes of those whose errors the recipe made warnings.
        idle_waivers: waivers of the recipe that match no finding.
    """

    findings: tuple[Finding, ...]
    waived: tuple[WaivedFinding, ...]
    checked: tuple[str, ...]
    off: tuple[str, ...] = ()
    lowered: tuple[str, ...] = ()
    idle_waivers: tuple[WaiverRule, ...] = ()

    def count(self, severity: Severity) -> int:
        """Number of standing findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

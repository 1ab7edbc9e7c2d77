"""Which levels an architecture needs of its backbone."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import UsageError
from engine.kcv.backbones import Backbone


def require_strides(
    backbone: Backbone, strides: Sequence[int], architecture: str, allowed: Sequence[str]
) -> None:
    """Raises a `UsageError` when the backbone's pyramid lacks one of the strides."""
    missing = [stride for stride in strides if stride not in backbone.pyramid]
    if missing:
        raise UsageError(
            f"{architecture} needs features of stride {', '.join(map(str, missing))}",
            where="model.architecture",
            received=f"{backbone.spec.name} with strides " + ", ".join(map(str, backbone.pyramid)),
            allowed=", ".join(allowed),
            fix="Choose one of these backbones",
        )

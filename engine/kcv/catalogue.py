"""All backbones by name, found by listing the families."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from engine.errors import UsageError
from engine.kcv import families
from engine.kcv.spec import BackboneSpec


def _find_specs() -> Mapping[str, BackboneSpec]:
    modules = sorted(module.name for module in pkgutil.iter_modules(families.__path__))
    specs: dict[str, BackboneSpec] = {}
    for name in modules:
        for spec in importlib.import_module(f"{families.__name__}.{name}").SPECS:
            specs[spec.name] = spec
    return MappingProxyType(specs)


BACKBONES: Mapping[str, BackboneSpec] = _find_specs()


def find_backbone(name: str) -> BackboneSpec:
    """The specification of a backbone.

    Raises:
        UsageError: no backbone has that name.
    """
    if name in BACKBONES:
        return BACKBONES[name]
    near = difflib.get_close_matches(name, BACKBONES, n=1)
    raise UsageError(
        "unknown backbone",
        where="model.backbone",
        received=repr(name),
        allowed=", ".join(BACKBONES),
        fix=f"Did you mean {near[0]!r}?" if near else "Choose one of these",
    )

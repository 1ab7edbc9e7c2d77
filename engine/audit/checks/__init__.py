"""The checks of the data audit, one file each, found by listing this package.

To add one, add a file that exports `CHECK`; its docstring is its documentation.
"""

from __future__ import annotations

import importlib
import pkgutil

from engine.audit.check import Check


def check_modules() -> tuple[str, ...]:
    """Full names of the modules of this package, sorted."""
    return tuple(sorted(f"{__name__}.{module.name}" for module in pkgutil.iter_modules(__path__)))


def all_checks() -> dict[str, Check]:
    """Every check by its code, sorted by code."""
    found: list[Check] = [importlib.import_module(name).CHECK for name in check_modules()]
    return {check.code: check for check in sorted(found, key=lambda check: check.code)}

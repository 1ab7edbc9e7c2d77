"""What folders of good parts are called unless `data.good` says otherwise."""

from __future__ import annotations

GOOD_NAMES: tuple[str, ...] = ("good", "ok", "normal")
"""Compared without case."""

FOLDER_FORMATS: tuple[str, ...] = ("good_bad", "mvtec")
"""The formats whose folders say which photos are good."""

"""How many threads read and look at photos at once."""

from __future__ import annotations

import os

WORKERS = min(16, os.cpu_count() or 1)

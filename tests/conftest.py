"""Settings of all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is slow now and then; the tests' own time limit is enough.
settings.register_profile("dltrain", deadline=None)
settings.load_profile("dltrain")

"""Settings of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# A busy machine is slow now and then; the tests' own time limit is enough.
settings.register_profile("dltrain", deadline=None)
settings.load_profile("dltrain")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The audit remembers what it saw in a folder of the tests, not in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLTRAIN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on real images need DLTRAIN_DATA; without it they are skipped, not failed."""
    if os.environ.get("DLTRAIN_DATA"):
        return
    skip = pytest.mark.skip(reason="DLTRAIN_DATA is not set")
    for item in items:
        if "shared_data" in item.keywords:
            item.add_marker(skip)

"""The allocator keeps its pages: said to the C library in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import resource, numpy as np
from engine.train.allocator import keep_freed_memory
assert keep_freed_memory()
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(2**22, np.float64)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
print(faults(), faults())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mallopt belongs to glibc")
def test_pages_that_were_freed_are_not_asked_for_again() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    first, second = map(int, done.stdout.split())
    assert second < first / 10

"""Content digests: what a file is, whatever it is called."""

from __future__ import annotations

import hashlib


def sha256_bytes(data: bytes) -> str:
    """SHA-256 of some bytes, in hex."""
    return hashlib.sha256(data).hexdigest()

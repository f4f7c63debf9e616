"""Freed memory goes back to the system."""

import os
import sys
from pathlib import Path

import pytest

from helpers.memory import give_back


def resident() -> int:
    """Bytes this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_pages_of_freed_strings_are_given_back() -> None:
    strings = [f"{number:1000}" for number in range(100_000)]
    kept = strings[::100]
    del strings
    before = resident()
    give_back()
    assert before - resident() > 50_000_000, len(kept)  # of 100

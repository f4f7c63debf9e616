"""Memory that is free goes back to the system: what one stage left behind would count as the next one's need."""

import ctypes
import sys

import pyarrow as pa


def give_back() -> None:
    """Hand freed memory back, where the C library can (glibc); takes some hundredths of a second.

    Lists of a million strings leave pages behind that are all but empty, and the library keeps them until told to look.
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim:
        trim(0)

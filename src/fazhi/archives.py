"""What every reader of .docx and .xlsx files must expect of a zip archive that comes from outside."""

from __future__ import annotations

import zipfile
import zlib

# What the standard library raises while it lists or unpacks a damaged archive; zlib.error derives from none of the others.
BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)

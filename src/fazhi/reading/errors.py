"""What can be wrong with a text that is to be read."""

from __future__ import annotations

from fazhi.errors import UserError


class ReadingError(UserError):
    """A file that cannot be read as text."""

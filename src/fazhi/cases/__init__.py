"""Running a case: commands in, events out; access, search, exchange, and what runs by itself."""

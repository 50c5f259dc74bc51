"""Reading published texts: pure functions from text to what it says. No Django, no clock, no network."""

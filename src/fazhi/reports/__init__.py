"""Reports: composed from definitions and figures, edited, frozen at a moment, checked again at any time."""

"""Plans: reading a plan's text into tasks, binding targets to figures, the board."""

"""The six-step case by others' means. Their packages are in the dependency group `bench` and nowhere else."""

"""django-viewflow: a Django app of its own, with its own settings (see runner.py)."""

"""The definition language, its loader, the pure engine, and the composing of documents."""

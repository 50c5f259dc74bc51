"""Organs of all kinds, people and posts, parties, parameters and code lists: who may act, for whom, since when."""

"""Tests of reports in the database work on a copy of the demo county."""

from tests.demo_county import demo_county

__all__ = ["demo_county"]

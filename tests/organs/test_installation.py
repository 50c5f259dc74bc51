"""A database is a demonstration or it is not, from its first day."""

from __future__ import annotations

import pytest

from fazhi.organs import accounts, installation
from fazhi.organs.demo import load_demo_organs
from fazhi.organs.errors import NotDemo
from fazhi.organs.models import Installation, Person

from .conftest import NOW


def test_no_real_database_takes_the_demonstration(db):
    with pytest.raises(NotDemo, match="只能装入演示库"):
        load_demo_organs(NOW)
    installation.establish(demo=False)
    with pytest.raises(NotDemo):
        load_demo_organs(NOW)
    with pytest.raises(NotDemo, match="已是正式库"):
        installation.establish(demo=True)
    assert not Person.objects.exists()


def test_a_database_with_people_does_not_become_a_demonstration(db):
    accounts.create_person("zhangsan", "张三", now=NOW, encoded="!")
    with pytest.raises(NotDemo, match="已有机关或者人员"):
        installation.establish(demo=True)
    assert not Installation.objects.exists()

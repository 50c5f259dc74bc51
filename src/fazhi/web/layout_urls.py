"""Address of the page 版式检查 (namespace `layout`), and its entry in the menu."""

from __future__ import annotations

from django.urls import path

from fazhi.web.menu import Entry, add
from fazhi.web.views import layout

app_name = "layout"

urlpatterns = [path("layout/", layout.page, name="page")]

add(Entry("layout", "版式检查", icon="file-description", url="layout:page", order=66))

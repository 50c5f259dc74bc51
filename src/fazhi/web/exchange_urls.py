"""Addresses of import and export (namespace `exchange`), and their entry in the menu."""

from __future__ import annotations

from django.urls import path

from fazhi.cases.exchange.rights import IMPORTING
from fazhi.web.menu import Entry, add, role
from fazhi.web.views import exchange

app_name = "exchange"

urlpatterns = [
    path("imports/", exchange.imports, name="imports"),
    path("imports/template/", exchange.template, name="template"),
    path("imports/<str:batch>/", exchange.batch, name="batch"),
    path("imports/<str:batch>/progress/", exchange.progress, name="progress"),
    path("imports/<str:batch>/errors/", exchange.errors, name="errors"),
    path("imports/<str:batch>/confirm/", exchange.confirm, name="confirm"),
    path("imports/<str:batch>/drop/", exchange.drop, name="drop"),
    path("imports/<str:batch>/undo/", exchange.undo, name="undo"),
    path("exports/", exchange.exports, name="exports"),
]

add(Entry("imports", "导入中心", icon="file-import", url="exchange:imports", seen=role(*IMPORTING), order=65))

"""Addresses of the figures' screens (namespace `figures`)."""

from __future__ import annotations

from django.urls import path

from fazhi.web.views import figures

app_name = "figures"

urlpatterns = [
    path("figures/", figures.listing, name="list"),
    path("figures/outside/", figures.outside, name="outside"),
    path("figures/<str:figure>/", figures.show, name="figure"),
]

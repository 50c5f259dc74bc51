"""Addresses of the plan screens (namespace `plans`)."""

from __future__ import annotations

from django.urls import path

from fazhi.web.views import plans

app_name = "plans"

urlpatterns = [
    path("plans/", plans.board, name="board"),
    path("plans/new/", plans.upload, name="new"),
    path("plans/<str:plan>/", plans.plan_board, name="plan"),
    path("plans/<str:plan>/text/", plans.text, name="text"),
    path("plans/<str:plan>/review/", plans.review_plan, name="review"),
    path("plans/<str:plan>/goals/", plans.review_goals, name="goals"),
    path("plans/<str:plan>/tasks/<int:task>/drop/", plans.drop, name="drop"),
    path("plans/<str:plan>/accept/", plans.accept, name="accept"),
    path("plans/<str:plan>/discard/", plans.discard, name="discard"),
]

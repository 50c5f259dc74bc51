"""Addresses of the staff screens. Each view carries its access rule (fazhi.web.access); a test checks that none lacks it."""

from __future__ import annotations

from django.urls import path

from fazhi.web.views import drafts, home, session

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", session.sign_in, name="login"),
    path("logout/", session.sign_out, name="logout"),
    path("password/", session.change_password, name="change_password"),
    path("post/", session.switch_post, name="switch_post"),
    path("size/", session.size, name="size"),
    path("messages/", home.messages, name="messages"),
    path("help/", home.help_page, name="help"),
    path("drafts/<str:key>", drafts.draft, name="draft"),
    path("healthz", home.health, name="health"),
    path("_style/", home.style_page, name="style"),
]

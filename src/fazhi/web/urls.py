"""Addresses of the staff screens. Each view carries its access rule (fazhi.web.access); a test checks that none lacks it."""

from __future__ import annotations

from django.urls import path

from fazhi.web.views import drafts, founding, home, organs, people, registers, session

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", session.sign_in, name="login"),
    path("logout/", session.sign_out, name="logout"),
    path("password/", session.change_password, name="change_password"),
    path("post/", session.switch_post, name="switch_post"),
    path("size/", session.size, name="size"),
    path("setup/", founding.setup, name="setup"),
    path("messages/", home.messages, name="messages"),
    path("help/", home.help_page, name="help"),
    path("drafts/<str:key>", drafts.draft, name="draft"),
    path("healthz", home.health, name="health"),
    path("_style/", home.style_page, name="style"),
    path("organs/", organs.tree, name="organs"),
    path("organs/new/", organs.create, name="organ_create"),
    path("organs/<str:organ>/", organs.detail, name="organ"),
    path("organs/<str:organ>/<slug:act>/", organs.act, name="organ_act"),
    path("people/", people.people, name="people"),
    path("people/new/", people.create, name="person_create"),
    path("people/<str:person>/", people.person, name="person"),
    path("people/<str:person>/reset/", people.reset, name="person_reset"),
    path("people/<str:person>/unlock/", people.unlock, name="person_unlock"),
    path("people/<str:person>/activate/", people.activate, name="person_activate"),
    path("posts/new/", people.create_post, name="post_create"),
    path("posts/<str:post>/<slug:act>/", people.post_act, name="post_act"),
    path("parameters/", registers.list_parameters, name="parameters"),
    path("parameters/new/", registers.set_parameter, name="parameter_create"),
    path("parameters/<int:parameter>/", registers.correct_parameter, name="parameter"),
    path("codes/", registers.list_codes, name="codes"),
    path("codes/<slug:name>/", registers.code_list, name="code_list"),
    path("codes/<slug:name>/new/", registers.set_code, name="code_create"),
]

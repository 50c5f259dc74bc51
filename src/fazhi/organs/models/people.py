"""People who sign in, the posts that they hold for a time, and delegation from a post to a person."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from .dated import Dated, DatedQuerySet, new_id
from .organs import Organ

ROLES: dict[str, str] = {
    "handler": "承办人",
    "legal_reviewer": "法制审核人员",
    "section_head": "科（股、队、所）负责人",
    "office_head": "机构负责人",
    "head": "机关负责人",
    "clerk": "文秘（综合）人员",
    "supervisor": "执法监督人员",
    "mediator": "调解员",
    "chair": "调解委员会主任",
    "worker": "网格员",
    "leader": "网格长",
    "dispatcher": "分拨员",
    "admin": "系统管理员",
}


class Accounts(BaseUserManager):
    """What Django's sign-in asks of the model. Accounts are made by `fazhi.organs.accounts`."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username=(username or "").strip().lower())


class Person(AbstractBaseUser):
    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    username = models.CharField("用户名", max_length=60, unique=True)  # lower case
    name = models.CharField("姓名", max_length=60)
    phone_sealed = models.BinaryField(null=True, blank=True)
    phone_shown = models.CharField("手机号（掩码）", max_length=20, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=True)
    failed_logins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Accounts()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ("name",)

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Post(Dated):
    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="posts")
    role = models.CharField("角色", max_length=20, choices=list(ROLES.items()))
    title = models.CharField("职务", max_length=60, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = ("organ", "role", "valid_from")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "organ", "role", "valid_from"], name="organs_post_once_a_day"
            ),
        )

    @property
    def role_title(self) -> str:
        return self.title or ROLES.get(self.role, self.role)


class Delegation(Dated):
    """A post's holder lets a person act in that post for a time (代理、委托), by a written decision."""

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    post = models.ForeignKey(Post, models.PROTECT, related_name="delegations")
    to = models.ForeignKey(Person, models.PROTECT, related_name="delegated")

    class Meta(Dated.Meta):
        ordering = ("post", "valid_from")

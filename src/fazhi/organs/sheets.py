"""The columns of each register's file: what a template holds and an import reads."""

from __future__ import annotations

from collections.abc import Sequence

from .tables import Column

_DATES = (
    Column("起", "valid_from", True, "2019-03-01"),
    Column("止", "valid_to"),
    Column("来源", "source", False, "三定规定文号"),
)
ORGANS = (
    Column("代码", "code", True, "sfj"),
    Column("名称", "name", True, "某某县司法局"),
    Column("简称", "short_name", False, "县司法局"),
    Column("别名", "aliases", False, "用顿号隔开"),
    Column("类别", "kind", True, "政府部门"),
    Column("上级代码", "parent", False, "xzf"),
    Column("统一社会信用代码", "uscc"),
    *_DATES,
    Column("排序", "order", False, "10"),
    Column("变更日", "changed_on"),
)
LINES = (
    Column("种类", "kind", True, "代为办理"),
    Column("机关代码", "organ", True, "sfj"),
    Column("对象代码", "other", True, "xzf"),
    Column("事项", "matter", True, "行政复议"),
    *_DATES,
)
PEOPLE = (
    Column("用户名", "username", True, "zhangsan"),
    Column("姓名", "name", True, "张三"),
    Column("手机号", "phone"),
)
POSTS = (
    Column("用户名", "username", True, "zhangsan"),
    Column("机关代码", "organ", True, "sfj"),
    Column("角色", "role", True, "承办人"),
    Column("职务", "title", False, "四级主任科员"),
    *_DATES,
)
PARAMETERS = (
    Column("范围", "scope", True, "33"),
    Column("名称", "name", True, "large_fine"),
    Column("标题", "title", True, "较大数额罚款（公民）"),
    Column("类型", "type", True, "money"),
    Column("值", "value", True, "500000"),
    Column("单位", "unit", False, "分"),
    *_DATES,
    Column("已核对", "verified", False, "否"),
)
CODE_LISTS = (
    Column("代码表", "name", True, "grid_kinds"),
    Column("标题", "title", True, "网格事件类别"),
    Column("列", "columns", False, "handle_hours:int:处置时限（小时）"),
)
CODES = (
    Column("代码表", "list", True, "grid_kinds"),
    Column("代码", "code", True, "noise"),
    Column("名称", "title", True, "噪声扰民"),
    Column("列值", "columns", False, "handle_hours=24"),
    Column("范围", "scope"),
    Column("机关代码", "organ"),
    *_DATES,
    Column("排序", "order"),
    Column("已核对", "verified"),
)
REGIONS = (
    Column("代码", "code", True, "330000"),
    Column("名称", "name", True, "浙江省"),
    *_DATES,
)
PARTIES = (
    Column("类别", "kind", True, "企业"),
    Column("名称", "name", True, "某某有限公司"),
    Column("证件种类", "identity_kind", True, "统一社会信用代码"),
    Column("证件号码", "number"),
    Column("住址", "address"),
    Column("电话", "phone"),
    Column("法定代表人", "representative"),
    Column("来源", "source"),
)
SHEETS: dict[str, Sequence[Column]] = {
    "organs": ORGANS,
    "lines": LINES,
    "people": PEOPLE,
    "posts": POSTS,
    "parameters": PARAMETERS,
    "code_lists": CODE_LISTS,
    "codes": CODES,
    "regions": REGIONS,
    "parties": PARTIES,
}

"""Measure words: which words count what, and which of them count the same things."""

from __future__ import annotations

# Longest first within a line is not needed: `lookup` sorts. Each line is one class; members of a class may be added up.
CLASSES: dict[str, str] = {
    "matter": "件 项 宗 起 例 件次 个事项 件(次) 件（次） 案 桩 事项 项次 宗次",
    "person": "人 名 位 个人 员",
    "person_times": "人次 人(次) 人（次）",
    "batch": "批 批次",
    "body": "个 家 户 所 处 支 座 座次 家(次) 间 所次",
    "body_times": "家次 户次 个次 企次",
    "times": "次 场 场次 期 轮 趟 回 轮次",
    "text": "条 篇 份 封 册 本 部 则 幅 块 张 卷 宗卷 套 页 枚 面 字",
    "days": "天 日 个工作日 工作日 个自然日",
    "hours": "小时 个小时",
    "minutes": "分钟",
    "seconds": "秒 秒钟",
    "months": "个月 个多月 个半月",
    "years": "年 周年",
    "weeks": "周 个星期",
    "class": "类 种 大类 方面 个方面 级 层 步 环节 大 种类",
    "line": "户次 笔 批件 单 台 辆 架 艘 套次 台次 辆次 艘次 台套 部次 头 只 株 棵 盏 根 口 眼 栋 幢 层次",
    "length": "公里 千米 米 毫米 厘米 里 海里 km mm",
    "area": "平方米 平方公里 亩 公顷 平米 万平方米",
    "mass": "吨 公斤 千克 克 斤 kg 吨公里 标准煤 吨标准煤",
    "volume": "立方米 立方 升 标准箱 方",
    "energy": "千瓦 千瓦时 兆瓦 度 瓦 伏 kWh MW 千伏安 千伏",
    "times_of": "倍",
    "score": "分",
    "person_rate": "人/万人 件/万人 件/百人 人/平方公里",
    "rank": "位次",
    "other": "席 桌 床 张床 门 学时 课时 门次 组 队 对 双 ℃ 元/人 亩次 个百分点 站 级次 厘 版 片 条次 篇次 字次 所院 岁 股 箱 瓶 盒 袋 艘位 个点 道 环 栏 节 幕 集 线 点 端 网 区 县 乡 村 镇 市 州 省 国 校 院 厂 企 店 楼 桥 路 河 湖 TEU 款 列 微克 连增 连优 标箱 车次 航班 道菜 颗 粒",
}
CLASS_OF: dict[str, str] = {unit: name for name, words in CLASSES.items() for unit in words.split()}
DURATIONS = {
    unit
    for name in ("days", "hours", "minutes", "seconds", "months", "years", "weeks")
    for unit in CLASSES[name].split()
}
MONEY = ("元", "美元", "欧元", "港元", "日元", "英镑", "块钱", "元人民币", "元/人", "元/吨", "元/年")
for _money in MONEY:
    CLASS_OF[_money] = _money if _money in ("元", "美元", "欧元", "港元", "日元", "英镑") else "元"


def _by_first() -> dict[str, tuple[str, ...]]:
    """First character → every measure word that begins with it, the longest first."""
    table: dict[str, list[str]] = {}
    for unit in CLASS_OF:
        table.setdefault(unit[0], []).append(unit)
    return {first: tuple(sorted(units, key=len, reverse=True)) for first, units in table.items()}


BY_FIRST = _by_first()
# Measure words that a Chinese numeral of one digit may stand before; 大, 级, 分, 度, 面 and the like make names.
CHINESE = frozenset("个件项宗起例名位人批家户所处支座次场期轮条篇份封册部幅块张卷套类种笔台辆步天")


def same(one: str, other: str) -> bool:
    """Whether figures with these measure words may be added and compared (件≈项≈宗; 人≠人次; 批≠人次)."""
    if one == other:
        return True
    return bool(one and other) and CLASS_OF.get(one, one) == CLASS_OF.get(other, other) != "other"

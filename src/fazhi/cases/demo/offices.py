"""The two departments that punish, each with its people and with what it finds and orders."""

from __future__ import annotations

from dataclasses import dataclass

# What was found, what was ordered: own words for the demonstration, per code of penalty_causes.
MARKET = {
    "food_unlicensed": ("未取得食品经营许可，从事餐饮服务。", "停止经营，依法申领许可", "食品安全法"),
    "food_substandard": ("所售干海产品经抽样检验不合格。", "停止销售并召回该批产品", "食品安全法"),
    "food_expired": ("货架上陈列超过保质期的预包装食品。", "下架封存，建立临期台账", "食品安全法"),
    "unlicensed_business": ("未办理登记，从事旅游用品销售。", "停止经营，办理登记", "无证无照经营查处办法"),
    "false_advertising": ("对外宣传的荣誉、产地与实际不符。", "停止发布，消除影响", "反不正当竞争法"),
    "price_marking": ("经营海鲜未标明计价单位。", "当场标明价格和计价单位", "价格法"),
    "trademark": ("销售侵犯注册商标专用权的渔具。", "停止销售侵权商品", "商标法"),
    "metering": ("贸易结算使用未经检定的电子秤。", "停用并申请检定", "计量法"),
    "special_equipment": ("使用未经定期检验的起重机械。", "停止使用，申报检验", "特种设备安全法"),
    "drug_record": ("购进药品没有查验并保存供货凭证。", "补齐凭证，完善制度", "药品管理法"),
}
URBAN = {
    "street_stall": ("擅自占用道路摆设摊点。", "自行撤除，恢复道路", "城市市容和环境卫生管理条例"),
    "billboard": ("未经批准设置户外广告设施。", "限期拆除", "城市市容和环境卫生管理条例"),
    "rubble": ("未按核准路线和地点处置建筑垃圾。", "清运到指定消纳场所", "固体废物污染环境防治法"),
    "fumes": ("油烟净化设施停用，直接排放。", "恢复设施运行并保存记录", "大气污染防治法"),
    "illegal_building": ("未取得规划许可搭建附属用房。", "停止建设，限期拆除", "城乡规划法"),
}


@dataclass(frozen=True)
class Office:
    """The people through whom a department acts."""

    handlers: tuple[str, str]
    reviewer: str
    head: str
    causes: dict[str, tuple[str, str, str]]


SCJ = Office(("zhifa1/handler", "zhifa2/handler"), "fazhi1/legal_reviewer", "juzhang1/head", MARKET)
ZFJ = Office(("zhifa3/handler", "zhifa4/handler"), "fazhi2/legal_reviewer", "juzhang2/head", URBAN)

"""The frame's own menu. Entries whose pages a floor has not brought yet are left out when it is drawn."""

from __future__ import annotations

from fazhi.web.menu import Entry, add, everyone, role

SYSTEM = (
    Entry("organs", "机构", icon="sitemap", url="web:organs", seen=role("admin")),
    Entry("people", "人员与任职", icon="users", url="web:people", seen=role("admin")),
    Entry("parameters", "法定参数", icon="adjustments-horizontal", url="web:parameters", seen=role("admin")),
    Entry("codes", "代码表", icon="list-details", url="web:codes", seen=role("admin")),
    Entry("style", "界面部件", icon="layout-grid", url="web:style", seen=lambda acting: acting.demo),
)

add(
    Entry("workbench", "工作台", icon="layout-dashboard", url="web:home", seen=everyone, order=10),
    Entry("supervision", "执法监督", icon="shield-check", url="cases:supervision", order=30),
    Entry("plans", "计划任务", icon="checklist", url="plans:board", order=40),
    Entry("figures", "统计指标", icon="chart-bar", url="figures:list", order=50),
    Entry("reports", "年度报告", icon="report-analytics", url="reports:list", order=60),
    Entry("library", "法规程序库", icon="books", url="cases:library", order=70),
    Entry("system", "系统管理", icon="settings", order=90, seen=role("admin"), children=SYSTEM),
)

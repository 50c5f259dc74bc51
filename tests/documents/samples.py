"""Texts of each kind, as compose and reports make them; the words are invented."""

from __future__ import annotations

from datetime import date

from fazhi.procedures.text import (
    Attachment,
    Figure,
    Heading,
    Masked,
    Missing,
    Note,
    Paragraph,
    Personal,
    Row,
    Rows,
    SignatureLines,
    Source,
    Table,
    Text,
)

SENTENCE = "各部门应当按照职责分工，认真落实本通知要求，及时报告工作进展。"


def full_lines(count: int) -> tuple[Paragraph, ...]:
    """One paragraph that fills exactly so many lines of 28 characters."""
    letters = ("法治政府建设依法行政公开透明权责一致高效便民监督有力" * 2 * count)[: 28 * count - 2]
    return (Paragraph((letters,)),)


def official() -> Text:
    return Text(
        kind="official",
        title="青溪县人民政府关于印发《青溪县2026年法治政府建设工作要点》的通知",
        organ="青溪县人民政府",
        heading="青溪县人民政府文件",
        number="青政发〔2026〕1号",
        addressee=("各乡镇人民政府，县政府各部门、各直属机构",),
        date=date(2026, 3, 5),
        blocks=(
            Paragraph(("现将《青溪县2026年法治政府建设工作要点》印发给你们，请认真组织实施。",)),
            Heading(1, "一、总体要求"),
            Paragraph((SENTENCE * 3,)),
            Heading(2, "（一）健全依法决策机制"),
            Paragraph(
                (SENTENCE + "“三项制度”覆盖率达到", Figure("98.5", "coverage", "/figures/coverage"), "%。")
            ),
            Heading(3, "1.严格落实程序"),
            Paragraph((SENTENCE,)),
        ),
        signature=("青溪县人民政府",),
        remark="此件公开发布",
        attachments=(
            Attachment("青溪县2026年法治政府建设工作要点任务分工表", (Paragraph((SENTENCE,)), tasks())),
            Attachment("青溪县行政规范性文件制定计划和重大行政决策事项目录以及相关责任单位名单"),
        ),
        copies_to=(
            "县委各部门",
            "县人大常委会办公室",
            "县政协办公室",
            "县监委",
            "县法院",
            "县检察院",
            "县人武部",
        ),
        printed_by="青溪县人民政府办公室",
        status="issued",
    )


def tasks() -> Table:
    return Table(
        header=("序号", "任务", "牵头单位", "完成时限"),
        widths=(8, 52, 24, 16),
        rows=(
            (("1",), (SENTENCE,), ("县司法局",), ("2026年6月底",)),
            (("2",), ("开展行政执法案卷评查，全年不少于200卷。",), ("县司法局",), ("2026年底",)),
        ),
        caption="任务分工",
    )


def decision() -> Text:
    return Text(
        kind="form",
        title="行政处罚决定书",
        organ="青溪县市场监督管理局",
        number="青市监罚〔2026〕17号",
        date=date(2026, 11, 21),
        blocks=(
            Rows(
                (
                    (Row("当事人", (Personal("青溪县某某食品店", "aa", "名称"),)),),
                    (
                        Row("统一社会信用代码", ("91350000000000000A",)),
                        Row("负责人", (Masked("姓名", "bb"),)),
                    ),
                    (Row("住所", ("青溪县城关镇新民路12号",)),),
                )
            ),
            Paragraph((f"经查，{SENTENCE * 3}",)),
            Paragraph(
                (
                    "依据《中华人民共和国行政处罚法》第五十七条的规定，决定：罚款",
                    "12,000.00元",
                    "（大写：壹万贰仟元整）。",
                )
            ),
            Paragraph(
                ("缴款银行：", Missing("缴款银行"), "。"),
            ),
        ),
        signature=("青溪县市场监督管理局",),
    )


def approval() -> Text:
    return Text(
        kind="form",
        title="立案审批表",
        organ="青溪县市场监督管理局",
        blocks=(
            Rows(
                (
                    (Row("案由", ("涉嫌经营超过保质期的食品",)), Row("案件来源", ("监督检查",))),
                    (Row("当事人", ("青溪县某某食品店",)), Row("发现时间", ("2026年3月5日",))),
                    (Row("案情摘要", (SENTENCE * 2,), lines=6),),
                    (Row("承办人意见", (), lines=5),),
                    (Row("负责人审批意见", (), lines=5),),
                )
            ),
            SignatureLines(("承办人（签名）", "负责人（签名）", "第三人（签字或者签章）")),
            Note(("注：本表一式一份，归入案卷。",)),
        ),
        seal=False,
    )


def report() -> Text:
    return Text(
        kind="report",
        title="青溪县人民政府2025年法治政府建设年度报告",
        organ="青溪县人民政府",
        date=date(2026, 3, 1),
        blocks=(
            Heading(1, "一、2025年推进法治政府建设的主要举措和成效"),
            Paragraph(
                (
                    "全年办理行政处罚案件",
                    Figure("1,284", "penalties", "/figures/penalties?period=2025", "普通程序和简易程序"),
                    "件，按期办结率",
                    Figure("98.5", "on_time", "", "按期÷应结"),
                    "%。",
                )
            ),
            Heading(1, "二、存在的不足和原因"),
            Paragraph((SENTENCE * 2,)),
        ),
        signature=("青溪县人民政府",),
        seal=False,
        status="issued",
        sources=(
            Source(
                "penalties",
                "行政处罚案件数",
                "1,284件",
                "当年作出处罚决定的案件",
                "第10,233位（2026年2月20日）",
                1284,
                "/figures/penalties?period=2025",
            ),
            Source(
                "on_time",
                "按期办结率",
                "98.5%",
                "当年到期的案件中，在期限内办结的所占比例",
                "第10,233位（2026年2月20日）",
                1290,
            ),
        ),
    )

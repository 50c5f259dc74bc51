"""Breaking a title into lines as GB/T 9704-2012 7.3.1 asks: words whole, the shape a trapezium or a rhombus.

A line break is best before 关于, after the issuing organ, around 《》; it must not fall inside a name, a number or a word
that is known here; and the lines should not make an hourglass or a ragged tail.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations, pairwise

from fazhi.documents.measures import ems

_WORDS = """
责令 限期 超期 纠正 整改 全县 本县 案件
人民政府 市场监督管理局 监督管理局 管理局 司法局 办公室 委员会 领导小组 行政处罚 行政复议 行政诉讼
行政执法 行政许可 行政强制 行政规范性文件 规范性文件 重大行政决策 行政决策 行政 法治政府建设 法治政府
法治 政府 建设 工作 年度 报告 情况 实施 意见 实施方案 方案 通知 决定 通告 公告 通报 函 纪要
管理 监督 执法 处罚 复议 应诉 公开 政府信息公开 信息 依申请公开 申请 要点 安排 计划 规划 重点
任务 加强 推进 进一步 全面 深化 规范 完善 建立 健全 做好 落实 印发 转发 开展 组织 办理 答复
告知书 决定书 通知书 审批表 意见书 建议书 送达 回证 责任 制度 机制 体系 改革 服务 营商环境
公平竞争审查 审查 备案 清单 目录 办法 规定 细则 条例 社会 矛盾纠纷 化解 调解 人民调解 督察 督办
督查 考核 评价 第一责任人 职责 履行 主要负责人 若干 问题 事项 依法 进行
""".split()  # noqa: SIM905 (a list of a hundred words reads better so)
_LAST = "通知|决定|意见|报告|请示|批复|函|公告|通告|通报|纪要|决议|命令|方案|议案|公报|答复"
_TOKEN = re.compile(
    r"《[^《》]*》|〔\d{4}〕\d*号?|\d+(?:\.\d+)?(?:[—\-－–]\d+)?[年月日号%％]?(?:\d+[月日])*|[A-Za-z][A-Za-z0-9.\-]*|"
    + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
    + "|.",
    re.DOTALL,
)
_CLOSING = "、，。；：！？）》」』”’〕"
_OPENING = "（《「『“‘〔"
PER_LINE = 19  # of the 20 characters of 2号 that fit: a substitute face may be wider
_LIMIT = 4  # lines; a title that needs more is broken wherever it is full


@lru_cache(maxsize=512)
def lines(title: str, per_line: int = PER_LINE, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The lines of a title, `per_line` characters wide at most; a line break in the title itself is kept."""
    if "\n" in title:
        return tuple(
            part
            for line in title.split("\n")
            if line.strip()
            for part in lines(line.strip(), per_line, names)
        )
    if ems(title) <= per_line:
        return (title,)
    atoms = _atoms(title, per_line, names)
    least = -(-int(ems(title) * 2) // (per_line * 2))
    best: tuple[float, tuple[str, ...]] | None = None
    for count in range(least, min(least + 2, _LIMIT + 1)):
        for cuts in combinations(range(1, len(atoms)), count - 1):
            edges = (0, *cuts, len(atoms))
            parts = tuple("".join(atoms[a:b]) for a, b in pairwise(edges))
            if max(map(ems, parts)) > per_line:
                continue
            cost = sum(_cut(atoms, at, names) for at in cuts) + _shape(parts) + 12 * (count - least)
            if best is None or cost < best[0]:
                best = (cost, parts)
    return best[1] if best else _full(atoms, per_line)


def _atoms(title: str, per_line: int, names: tuple[str, ...]) -> list[str]:
    """What is never torn: known names and words, numbers, short quoted titles; punctuation goes with its word."""
    pieces = (
        re.split("|".join(map(re.escape, sorted(names, key=len, reverse=True))), title) if names else [title]
    )
    found = re.findall("|".join(map(re.escape, sorted(names, key=len, reverse=True))), title) if names else []
    tokens: list[str] = []
    for n, piece in enumerate(pieces):
        for token in _TOKEN.findall(piece):
            if token.startswith("《") and ems(token) > per_line:
                tokens += ["《", *_TOKEN.findall(token[1:-1]), "》"]
            else:
                tokens.append(token)
        if n < len(found):
            tokens.append(found[n])
    atoms: list[str] = []
    for token in tokens:
        if atoms and (token[0] in _CLOSING or atoms[-1][-1] in _OPENING):
            atoms[-1] += token
        else:
            atoms.append(token)
    return atoms


def _cut(atoms: list[str], at: int, names: tuple[str, ...]) -> float:
    """What it costs to break before this atom."""
    before, after = atoms[at - 1], atoms[at]
    rest = "".join(atoms[at:])
    if re.match("关于", rest):
        return 0
    if before in names and at == 1:
        return 0
    if re.fullmatch(f"的?({_LAST})", rest):
        return 3 if before.endswith("》") else 6
    if before[-1] in "、，》" or after[0] == "《":
        return 2
    if before in names or after[0] in "和与及":
        return 3
    if before in "的和与及对在为以向从被把将关" or after == "的":
        return 9
    return 5 if len(before) > 1 and len(after) > 1 else 7 if len(before) > 1 or len(after) > 1 else 30


def _shape(parts: tuple[str, ...]) -> float:
    """What the outline of the lines costs: uneven lines a little, an hourglass or a short tail a lot."""
    sizes = [ems(part) for part in parts]
    mean = sum(sizes) / len(sizes)
    cost = sum(abs(size - mean) for size in sizes) / len(sizes)
    if len(sizes) > 2 and any(
        b < a - 1 and b < c - 1 for a, b, c in zip(sizes, sizes[1:], sizes[2:], strict=False)
    ):
        cost += 15
    if sizes[-1] < 4:
        cost += 10
    return cost


def _full(atoms: list[str], per_line: int) -> tuple[str, ...]:
    out = [""]
    for atom in atoms:
        for piece in [atom] if ems(atom) <= per_line else list(atom):
            if out[-1] and ems(out[-1] + piece) > per_line:
                out.append("")
            out[-1] += piece
    return tuple(out)

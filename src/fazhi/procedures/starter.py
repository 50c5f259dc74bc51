"""`fazhi procedure new`: the first three files of a procedure, commented, without a finding, with every branch in a scenario.

An application that is received, accepted, decided: what most procedures of a county have in common. No article is put in
whose text nobody has read: what still wants one is marked `unverified: true`, and screens say so until it is filled in.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from fazhi.errors import UserError
from fazhi.law import Calendar, Period
from fazhi.law.periods import due_date
from fazhi.procedures import library
from fazhi.procedures.acts import acts

_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}\Z")
_LIMIT = "20 working days"


def files(name: str, title: str, statute: str, since: date) -> dict[str, str]:
    """{file name: text}. UserError where a name, title, statute or day will not do."""
    if not _NAME.match(name):
        raise UserError(
            f"「{name}」不能作程序的名称。",
            next="请用小写英文字母开头，只含小写字母、数字、下划线，如 road_permit。",
        )
    if name in library.shipped().names():
        raise UserError(
            f"已有名为「{name}」的程序。",
            next=f"要写它的新版本，请复制原文件再改 in_force；要看它，用 fazhi procedure show {name}。",
        )
    missing = [
        flag
        for flag, given in (("--title 中文名称", title), ("--statute 法名", statute))
        if not given.strip()
    ]
    if missing:
        raise UserError(f"还缺：{'、'.join(missing)}。", next="请在命令后面写上。")
    for word in (title, statute):
        if re.search(r"[\n\r:#{}\[\]\"'&*!|>%@`]", word):
            raise UserError(
                f"「{word}」含有程序文件里另有用处的符号。", next="请只用汉字、字母、数字和书名号。"
            )
    statute = statute.strip("《》 ")
    _in_force(statute, since)
    known = statute in acts()
    values = {"name": name, "title": title.strip(), "statute": statute, "since": since.isoformat()}
    values |= _days(since)
    if not known:
        values["statute_note"] = "   # 还没有登记：请在 acts.yaml 登记它的施行日期和条数，条文号才能核对"
    else:
        values["statute_note"] = "   # 光写「第几条」时指的法；别的法写成「行政复议法 第二十条」"
    return {f"{name}{ending}": _fill(text, values) for ending, text in _TEXTS.items()}


def write(folder: Path, texts: dict[str, str]) -> list[Path]:
    """All of them or none; nothing that exists is overwritten."""
    if not folder.is_dir():
        raise UserError(f"没有「{folder}」这个目录。", next="请先建立目录，或者换一个。")
    paths = [folder / name for name in texts]
    there = [p.name for p in paths if p.exists()]
    if there:
        raise UserError(
            f"已有文件：{'、'.join(there)}，没有覆盖。", next="请换一个名称，或者先把原来的移走。"
        )
    try:
        for path, text in zip(paths, texts.values(), strict=True):
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        for path in paths:
            path.unlink(missing_ok=True)
        raise UserError(f"写不进目录「{folder}」。", next="请检查权限和磁盘空间。") from error
    return paths


def advice(name: str, statute: str) -> list[str]:
    """What to do with the files, as lines for a person."""
    lines = [
        f"接着：对照《{statute.strip('《》 ')}》逐条改写；查到条文后写进 law，删去 unverified: true。",
        f"检查：fazhi procedure lint {name}.yaml    走一遍：fazhi procedure try {name}.yaml    读成文字：fazhi procedure show {name}.yaml",
    ]
    return lines


def _in_force(statute: str, since: date) -> None:
    versions = acts().get(statute)
    if versions and not any(v["from"] <= since <= v.get("to", date.max) for v in versions):
        first = min(v["from"] for v in versions)
        raise UserError(
            f"《{statute}》在{since}没有施行的版本。",
            next=f"登记的最早版本自{first}起施行；请用 --from 写明程序的施行日期。",
        )
    remedies = min(v["from"] for v in acts()["行政复议法"])
    if since < remedies:
        raise UserError(
            f"样稿的救济途径引用行政复议法{remedies}起施行的版本。", next="请用 --from 写晚一些的日期。"
        )


def _days(since: date) -> dict[str, str]:
    """The days of the scenarios: the first Monday after the procedure comes into force, and what the limit makes of it."""
    calendar = Calendar.shipped()
    first = since + timedelta(days=(7 - since.weekday()) % 7 or 7)
    due, _ = due_date(first, Period.parse(_LIMIT), calendar)
    last = due if isinstance(due, date) else due.date()
    after = {f"day{n}": (first + timedelta(days=n)).isoformat() for n in range(4)}
    return after | {"due": last.isoformat(), "late": (last + timedelta(days=3)).isoformat()}


def _fill(text: str, values: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda found: values[found[1]], text).lstrip("\n")


_PROCEDURE = """
# <title>。这是样稿：每一处都请对照法条改写，不需要的删去。各键的意思见 docs/language.md。
procedure: <name>
title: <title>
short: <title>
statute: <statute><statute_note>
in_force: {from: <since>, running: keep}   # 修改程序时：正在办的案件 keep 旧版办完、move 转入新版、ask 逐案选择
ends: [closed]                            # 到了这个阶段就是办结
number: {series: 办}                       # 案号的字

# ---- 谁
sides:
  agency:    {title: 承办机关, is: organ, roles: [handler, head]}   # handler 承办人，head 负责人
  applicant: {title: 申请人, is: party, many: true}

# ---- 填写什么
fields:
  matter:      {title: 申请事项, type: text}
  received_on: {title: 收到申请之日, type: date}
  reason:      {title: 理由, type: text}

# ---- 由人认定什么（没有认定的，直接办理时不放行）
facts:
  complete: {title: 申请材料齐全, ask: agency.handler, unverified: true}

# ---- 阶段
phases: {received: 已收到, handling: 办理中, closed: 办结}

# ---- 办理动作：由谁、从哪个阶段、填写什么、法律先要求什么、之后到哪里
actions:
  register:
    title: 登记申请
    by: agency.handler
    opens: received                       # opens:由它开始一个案件
    asks: [applicant, matter, received_on]
  accept:
    title: 受理
    by: agency.handler
    from: [received]
    to: handling
    needs:
      - that: complete                    # 条件；不成立时说 else 的话
        else: 申请材料不齐全，不能受理
        law: ""                           # 查到后写「第几条」，并删去下一行
        unverified: true
        level: block                      # block 不得办理；flaw 照办，但记为程序瑕疵
  decide:
    title: 作出决定
    by: agency.handler
    approve: [agency.head]                # 负责人同意之日才是决定之日；不得审批自己提出的
    from: [handling]
    to: closed
    needs:
      - {that: "!elapsed('decision')", else: 应当在办理期限内作出决定, law: "", unverified: true, level: flaw}
    outcomes:                             # 几种处理结果，各有文书和救济
      granted: {title: 同意, documents: [decision]}
      refused:
        title: 不同意
        asks: [reason]
        documents: [refusal]
        remedies:
          - {kind: reconsideration, within: 60 natural days, law: 行政复议法 第二十条第一款}
          - {kind: litigation, within: 6 months, law: 行政诉讼法 第四十六条第一款}
  withdraw: {title: 申请人撤回, by: agency.handler, from: [received, handling], to: closed}

# ---- 期限：从哪一步起算、到哪一步停止、多长
clocks:
  decision:
    title: 办理期限
    start: accept
    stop: [decide, withdraw]
    limit: 20 working days                # 还可以写 natural days、months、years、hours
    unverified: true                      # 查到条文后改成 law: 第几条

figures:
  received: {title: 收到申请数, flow: register}
  on_time:  {title: 按期办结率, unit: "%", share: {of: {due: decision}, met: true}}

notes:
  - 样稿没有写补正、听证、送达：补正和听证参照 penalty.yaml、disclosure_request.yaml；送达用 use 引入 service 片段。
"""

_DOCUMENTS = """
# <title>的文书。{{名称}} 换成案件中的内容；must 是法律要求载明的，缺了检查不通过。
decision:
  title: <title>决定书
  kind: official
  to: applicant
  must: [matter]
  blocks:
    - text: "{{applicant.name}}："
    - text: "你于{{received_on}}提出的申请（{{matter}}），经审查，予以同意。"
  sign: agency
refusal:
  title: 不予同意决定书
  kind: official
  to: applicant
  must: [matter, reason, remedies]
  blocks:
    - text: "{{applicant.name}}："
    - text: "你于{{received_on}}提出的申请（{{matter}}），经审查，不予同意。理由：{{reason}}"
    - remedies: true
  sign: agency
"""

_SCENARIOS = """
# 情景：给定、办理、结果。每个动作、结果、要求、期限、文书都要有情景走到，否则检查不通过。
# 可以手写，也可以用 fazhi procedure try 走一遍再「保存」。
procedure: <name>
given:
  request: &request {applicant: [{id: p1, name: 张某, kind: citizen}], matter: 申请事项, received_on: <day0>}
  register: &register {do: register, on: <day0>, by: agency.handler, values: *request, expect: {phase: received}}
  accept: &accept {do: accept, on: <day0>, by: agency.handler, facts: {complete: true}, expect: {phase: handling, clocks: {decision: {due: <due>, status: running}}}}

scenarios:
  - name: 材料齐全，受理后按期同意
    steps:
      - *register
      - {do: accept, on: <day0>, by: agency.handler, facts: {complete: false}, refused: 申请材料不齐全}
      - *accept
      - {do: decide, outcome: granted, on: <day2>, by: agency.handler, expect: {pending: decide}}
      - {agree: decide, on: <day3>, by: agency.head, expect: {phase: closed, closed: true, outcome: granted, documents: [decision], flaws: [], clocks: {decision: {status: met}}}}
  - name: 超过办理期限才作出不同意的决定，记为程序瑕疵
    steps:
      - *register
      - *accept
      - {tick: <late>}
      - {do: decide, outcome: refused, on: <late>, by: agency.handler, values: {reason: 不符合条件}}
      - {agree: decide, on: <late>, by: agency.head, expect: {closed: true, documents: [refusal], remedies: [reconsideration, litigation], flaws: [应当在办理期限内作出决定], clocks: {decision: {status: late}}}}
  - name: 申请人撤回
    steps:
      - *register
      - *accept
      - {do: withdraw, on: <day1>, by: agency.handler, expect: {closed: true, clocks: {decision: {status: met}}}}
"""

_TEXTS = {".yaml": _PROCEDURE, ".documents.yaml": _DOCUMENTS, ".scenarios.yaml": _SCENARIOS}

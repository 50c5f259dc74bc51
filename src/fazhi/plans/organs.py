"""The list of responsible organs that a task ends with: who leads, who works along.

Plans write it in many ways, and one list may mix them:
（A、B、各乡镇。列第一位的为牵头单位，下同） · （牵头单位：A；责任单位：B、C） · （A牵头，B、C配合） ·
（A、B按职责落实） · “责任单位：A、B” on lines of their own · [责任单位:A,B].

How the lead is found: whoever is named as leading (牵头, 主办, a star); else the first of those who are plainly
responsible; nobody where the list says that each acts within its duties (按职责落实) or that the order means nothing.
Of several leaders the first leads and the others stand first among the cooperating. Names stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from fazhi.plans.passage import Passage, fold

Role = Literal["lead", "duty", "along", "each"]

_WORK = (
    r"牵头|主办|主责|主管|主要|责任|承办|落实|实施|负责|完成|执行|配合|协办|协同|协作|协助|参与|参加|参办|会办|会同|支持|"
    r"督办|监督|督导|指导|督促|协调|组织"
)
_LABEL = re.compile(
    rf"""(?P<label>(?:第一|共同|具体|各)?(?:{_WORK})(?:[和及、]?(?:{_WORK}))*
         (?P<what>单位|部门|机关|机构|科室|股室|处室|主体|领导|人员|人)?(?:名称)?)
         (?:\s*[:)]\s*[:]?|(?<=[位门关体])(?:为|是)(?!牵头|主办|第一|配合):?)""",
    re.VERBOSE,
)
_LABEL_AFTER_SPACE = re.compile(
    rf"(?<=\S)\s+(?=(?:(?:{_WORK})+(?:单位|部门|机关|领导|人)?|(?:完成|办结)?(?:时限|时间|期限)):)"
)
_BARE_LABEL = re.compile(rf"(?P<label>(?:第一|共同|具体)?(?:{_WORK})+(?P<what>单位|部门|机关|主体))\s*")
_TIME_LABEL = re.compile(
    r"(?P<time>(?:完成|办结|工作|整改|落实|推进)?(?:时限|期限|时间|时间节点|时间安排|时间要求|时限要求|进度要求))\s*[:)]\s*:?"
)
# 各区、县（市）政府 is one name.
_HALF_BEFORE = re.compile(r"各(?:县|市|区|乡|镇)(?:\([^()]*\))?")
_HALF_BEHIND = re.compile(r"(?:县|市|区|乡|镇|街道)(?:\([^()]*\))?(?:人民政府|政府|党委|办事处|管委会)?")
_BODIES = ("单位", "部门", "机关", "机构", "科室", "股室", "处室", "主体")
_LEADS = re.compile(
    r"(?:作为|为)?(?:共同)?(?:负责)?(?:牵头|主办|主责)(?:负责|抓总|落实|组织实施|组织|实施|推进|单位|部门)*$"
)
_ALONG = re.compile(
    r"(?:作为|为)?(?:积极|密切|共同|协同|予以)?(?:配合|协助|(?<!政)协办|协同|参与|参加|支持)(?:落实|实施|推进|工作|单位|部门)*$"
)
_EACH = re.compile(
    r"""(?:(?:依据|依照|按照?|根据|结合|立足)(?:各自|部门|自身|工作|法定|有关|相关|单位|其|的)*
          (?:职责|职能|职权|任务|权限|分工)(?:和?(?:职责|职能|职权|任务|权限|分工|范围))*(?:内)?
          (?:,?(?:分别|共同|具体|抓好|做好|依法|负责|落实|实施|办理|承担|推进|开展|组织|配合|相关|有关|工作|任务))*
        | (?:分别|各自|分头|分工|共同)(?:负责|落实|实施|推进|抓好|做好)+(?:落实)?
        | 各负其责(?:,?密切配合)?)$""",
    re.VERBOSE,
)
_DUTY = re.compile(r"(?:具体|组织)?(?:负责|承办|落实|实施|办理)(?:落实|实施|推进|办理)*$")

_ORDER_MEANS_NOTHING = re.compile(r"(?:排名|排序|顺序|名次)?不分先后")
_RULE = re.compile(
    r"第一位|首位|第一个|排名第一|排第一|排在最前|第一家|列首|第一(?:责任)?单位|首个单位|(?:的|者|位)为(?:牵头|主办|第一)|下同|以下简?[称同]|"
    r"加粗|不分先后|^注[:：]"
)
_FIRST_LEADS = re.compile(
    r"(?:第一位|首位|第一个|排名第一|排第一|列第一|在最前|列首|第一家|首个)[^。;]{0,12}(?:牵头|主办|主要责任|总责)|"
    r"(?:牵头|主办)单位(?:为|是)[^。;]{0,8}(?:第一|首)"
)
_NEVER_ORDERED = re.compile(
    r"(?:^|[。;\n])[^。;()\n]{0,30}(?:单位|部门)[^。;()\n]{0,12}不分先后|不分先后[^。;()]{0,4}下同",
    re.MULTILINE,
)
_LEADS_ALL = re.compile(
    r"(?:以上|上述|全部|各项)(?:各项)?(?:工作|任务|措施|事项|工作任务|重点任务)(?:任务)?,?(?:均|统一|都)?由(?P<lead>[^。,、;()\n]{2,20}?)(?:负责)?(?:总)?牵头"
)
_ASIDE = re.compile(r"(?<=.)\([^()]{4,60}\)$")
_NOTED_LEAD = re.compile(r"\((?:牵头|主办|主责)(?:单位|部门)?\)$")  # 区司法局（牵头）
_NOTED_ALONG = re.compile(r"\((?:配合|协办|参与|协助)(?:单位|部门)?\)$")  # 县财政局（配合）
_STARS = "*★☆▲△●◆※"
# Words of time or manner that stand in a list of organs and are none.
_IDLE = re.compile(
    r"(?:长期|持续|常态化?|立即|全年|即时|随时|适时|逐年|稳步|长效)(?:坚持|推进|开展|实施|进行|落实|抓好)?|同上|下同|各负其责"
)
_NO_ORGAN = re.compile(
    r"\d|[年月]底|持续|长期|常态|立即|全年|年内|今年|下同|以下|同上|等$|[的是了“”《》!?=%]|完成$|推进$|开展$|进行$|实行$|^无$"
)

_ORGAN_END = (
    r"(?:局|委|委员会|党委|党组|办|办公室|厅|部|院|处|科|股|所|站|台|队|馆|室|署|校|中心|公司|集团|银行|支行|分行|协会|学会|"
    r"联合会|商会|总会|促进会|工会|妇联|团委|残联|科协|文联|侨联|社科联|工商联|计生协|法院|检察院|人民政府|政府|单位|部门|"
    r"机关|机构|管委会|开发区|高新区|经开区|园区|新区|示范区|度假区|功能区|领导小组|工作组|小组|专班|指挥部|党校|学院|大学|"
    r"监委|纪委|政协|人大|常委会|政法委|网信办|编办|街道|乡镇|镇乡|乡|镇|镇街|街镇|县区|区县|县市区|村|社区|联社|联通|移动|"
    r"电信|公安|消防|海关|组|会|社|支队|大队|总队|基地|医院|企业|事业|团体|组织|方面|成员|县|区|市|省)"
)
_ENDS_LIKE_ORGAN = re.compile(rf"{_ORGAN_END}(?:\([^()]*\))?$")
# What stands before 和 must be whole: 县住房 is no organ, so 县住房和城乡建设局 is one name.
_WHOLE = re.compile(
    r"(?:局|委|委员会|办|办公室|厅|部|院|处|所|站|队|馆|署|中心|公司|集团|协会|学会|联合会|商会|工会|妇联|团委|残联|"
    r"人民政府|政府|单位|部门|街道|乡镇|管委会|领导小组|党校|检察院|法院|纪委|监委|办事处|园区|开发区)(?:\([^()]*\))?$"
)
# Words that end like organs and are none without a name before them: 乡镇(街道), 村(社区).
_GENERIC = re.compile(
    r"(?:县|市|区|省|州|旗|乡|镇|村|社区|街道|乡镇|镇街|镇乡|居|居委会|村委会|单位|部门|机关|机构|企业|组织|园区|开发区|"
    r"街道办|街道办事处|办事处|委员会|局|部|委|办|组|会|院|队|处|科|所|股|室|站|台|馆|党委|党组|工会|协会|小组|成员|团体)"
)
_FOR_ALL = re.compile(r"^(?:各|全|所有|其他|其它|其余|有关|相关)")
# 该项工作由县人民法院牵头落实: what stands before the name
_BY = r"(?:(?:该|此|本|上述|以上|这)(?:项|些)?(?:工作|任务|事项)|具体工作)?(?:均|统一|分别)?(?:并)?由"
_JOINT = re.compile(r"\s*(?:以及|及其(?![他它余])|并会同|会同|和|及|与|并)\s*|\s+")


@dataclass(frozen=True, slots=True)
class Named:
    """One organ of a list, as written, with what the list says of it."""

    name: str
    role: Role
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Organs:
    """What one or several lists say together."""

    named: tuple[Named, ...] = ()
    due: tuple[str, ...] = ()  # folded words that name a time (完成时限：2025年底)
    explicit: bool = False  # a label or a word such as 牵头 was there
    labelled: bool = False  # a label such as 责任单位：was there, so that this can be nothing else
    unordered: bool = False  # 排名不分先后

    def and_(self, other: Organs) -> Organs:
        return Organs(
            self.named + other.named,
            self.due + other.due,
            self.explicit or other.explicit,
            self.labelled or other.labelled,
            unordered=self.unordered or other.unordered,
        )

    @property
    def lead(self) -> str | None:
        for wanted in ("star", "lead", "duty"):
            for one in self.named:
                if (one.starred if wanted == "star" else one.role == wanted) and not (
                    wanted == "duty" and self.unordered
                ):
                    return one.name
        return None

    @property
    def cooperating(self) -> tuple[str, ...]:
        """All but the lead: others that lead first, then in the order of the text, each once."""
        lead = self.lead
        ordered = sorted(self.named, key=lambda one: one.role != "lead")
        return tuple(dict.fromkeys(one.name for one in ordered if one.name != lead))

    @property
    def lead_by_order_only(self) -> bool:
        """Whether the lead leads only because it stands first among several."""
        return self.lead is not None and not any(one.starred or one.role == "lead" for one in self.named)


def read(list_of_organs: Passage) -> Organs:
    """Read the inside of a bracket, or a line with its label. Whether it is a list of organs at all, `is_list` says."""
    organs = Organs()
    for number, sentence in enumerate(_split(list_of_organs, "。")):
        plain = sentence.plain
        if _ORDER_MEANS_NOTHING.search(plain):
            organs = organs.and_(Organs(unordered=True))
        if _RULE.search(plain):
            sentence = _before_rule(sentence)
        read_sentence = _sentence(sentence)
        if number == 0 or read_sentence.explicit or read_sentence.due:
            organs = organs.and_(read_sentence)
    return organs


def is_list(organs: Organs, *, alone: bool) -> bool:
    """Whether what was read is a list of organs. `alone`: it stands after a full stop or at a paragraph's end.

    Words in brackets inside a sentence must be clearer than that: 村(社区), 县(市、区) are no lists.
    """
    names = [one.name for one in organs.named]
    likely = sum(like_organ(name) for name in names)
    if organs.labelled and names:
        return True  # names that look like no organ are for the clerk to match, not to be dropped
    if organs.explicit:
        return likely > 0 and 3 * likely >= len(names)
    return likely > 0 and (2 * likely >= len(names) if alone else likely == len(names))


def like_organ(name: str) -> bool:
    """Whether a name looks like an organ's: 县司法局, 各乡镇, 县住建局(县人防办); not 社区, 市, 推进落实."""
    name = fold(name)
    if not 2 <= len(name) <= 40 or _NO_ORGAN.search(name):
        return False
    return bool(_ENDS_LIKE_ORGAN.search(name)) and not _GENERIC.fullmatch(name)


def for_many(name: str) -> bool:
    """Whether a name means many organs (各乡镇, 有关部门), so that it cannot well lead."""
    return bool(_FOR_ALL.match(name)) or "各" in name[:4] or "有关" in name or "相关" in name


def states_first_leads(text: str) -> bool:
    """Whether a document says somewhere that the first of a list leads (列第一位的为牵头单位)."""
    return bool(_FIRST_LEADS.search(fold(text)))


def order_means_nothing(text: str) -> bool:
    """Whether a document says once for all that the order of its organs means nothing (各责任单位排名不分先后)."""
    return bool(_NEVER_ORDERED.search(fold(text)))


def leads_everything(text: str) -> str:
    """The organ of which a document says once that it leads all its tasks (以上任务由县司法局牵头), or nothing."""
    found = _LEADS_ALL.search(fold(text))
    return found["lead"] if found and like_organ(found["lead"]) and not for_many(found["lead"]) else ""


def label_at(plain: str, position: int) -> re.Match[str] | None:
    """A label that begins here (责任单位：, 【牵头单位】, 完成时限：), or None."""
    if plain.startswith("(", position):
        inside = position + 1
        found = _LABEL.match(plain, inside) or _TIME_LABEL.match(plain, inside)
        return found if found and ")" in found.group() else None
    found = _LABEL.match(plain, position) or _TIME_LABEL.match(plain, position)
    if found and ")" not in found.group():
        return found
    bare = _BARE_LABEL.match(plain, position)
    return bare if bare and plain[bare.end() - 1 : bare.end()] == " " else None


def _before_rule(sentence: Passage) -> Passage:
    """The part of a sentence before the item that states a rule: 县司法局,列第一位的为牵头单位,下同."""
    for item in _items(sentence):
        if _RULE.search(item.plain):
            return sentence.cut(0, item.start - sentence.start).strip(" ,、;")
    return sentence


def _sentence(sentence: Passage) -> Organs:
    named: list[Named] = []
    pending: list[tuple[str, bool]] = []  # names whose role comes after them, if at all
    asides: list[Named] = []
    due: list[str] = []
    role: Role | None = "duty"
    explicit = labelled = False

    def settle(as_role: Role | None) -> None:
        if as_role is not None:
            named.extend(Named(name, as_role, starred) for name, starred in pending)
        pending.clear()

    for item in _items(sentence):
        if timed := _TIME_LABEL.match(item.plain):
            settle(role)
            due.append(item.plain[timed.end() :])
            continue
        if label := _LABEL.match(item.plain) or _bare_label(item.plain):
            settle(role)
            role, explicit = _role_of(label), True
            labelled = labelled or label["what"] in _BODIES
            item = item.cut(label.end()).strip()
        if aside := _ASIDE.search(item.plain):  # 县府办（县司法局配合）
            said = read(item.cut(aside.start() + 1, aside.end() - 1))
            if said.explicit and said.named:
                asides.extend(said.named)
                item = item.cut(0, aside.start())
        if noted := _NOTED_ALONG.search(item.plain):
            settle(role)
            named.extend(Named(name, "along") for name, _ in _names(item.cut(0, noted.start())) if name)
            explicit = True
            continue
        after: Role | None = None
        for pattern, as_role in _SUFFIXES:
            if found := pattern.search(item.plain):
                after, item = as_role, item.cut(0, found.start())
                explicit = True
                break
        for name, starred in _names(item):
            if _is_time(name):
                due.append(name)
            elif name and not _IDLE.fullmatch(name):
                pending.append((name, starred))
        if after is not None:
            # 责任单位：A牵头，B配合: what is said of each goes before the label; 负责 says no more than it.
            settle(after if role == "duty" or after != "duty" else role)
    if pending and role == "duty" and any(one.role == "lead" for one in named):
        settle("along")
    settle(role)
    return Organs((*named, *asides), tuple(due), explicit, labelled)


_SUFFIXES: tuple[tuple[re.Pattern[str], Role], ...] = (
    (_EACH, "each"),
    (_LEADS, "lead"),
    (_ALONG, "along"),
    (_DUTY, "duty"),
)


def _bare_label(plain: str) -> re.Match[str] | None:
    found = _BARE_LABEL.match(plain)
    return found if found and like_organ(plain[found.end() :]) else None


def _role_of(label: re.Match[str]) -> Role | None:
    """The role that a label gives; None where it names a person, not an organ."""
    word = label["label"]
    if label["what"] in ("领导", "人", "人员"):
        return None
    if re.match(r"(?:第一|共同)?(?:牵头|主办|主责|主管|主要)|第一责任", word):
        return "lead"
    if re.match(r"(?:共同|具体|各)?(?:责任|承办|落实|实施|负责|完成|执行|组织)", word):
        return "duty"
    return "along"


def _is_time(name: str) -> bool:
    return bool(re.search(r"\d+\s*[年月日]|[年月]底|季度|年内|今年", name))


def _items(sentence: Passage) -> Iterator[Passage]:
    """The parts between separators, not looking inside brackets."""
    held: Passage | None = None
    sentence = _without_line_breaks(sentence)
    for part in _split(sentence, "、,;/|\n"):
        while begins := _LABEL_AFTER_SPACE.search(part.plain):
            yield part.cut(0, begins.start()).strip(" .;,、")
            part = part.cut(begins.end())
        part = part.strip(" .;,、")
        if part.text and held is not None and _HALF_BEHIND.fullmatch(part.plain):
            yield Passage.join((held, part), between="、")
            held = None
            continue
        if held is not None:
            yield held
        held = part if _HALF_BEFORE.fullmatch(part.plain) else None
        if part.text and held is None:
            yield part
    if held is not None:
        yield held


def _without_line_breaks(sentence: Passage) -> Passage:
    """Line breaks within a name taken out (县↵发改局); those between names stay."""
    plain = sentence.plain
    breaks = [found.start() for found in re.finditer("\n", plain)]
    inside = [
        place
        for place in breaks
        if not _WHOLE.search(plain[:place].rstrip()) and not _LABEL.match(plain, place + 1)
    ]
    return sentence.without((place, place + 1) for place in inside)


def _split(passage: Passage, separators: str) -> Iterator[Passage]:
    depth, last = 0, 0
    for place, character in enumerate(passage.plain):
        depth = max(0, depth + (character == "(") - (character == ")"))
        if depth == 0 and character in separators:
            yield passage.cut(last, place)
            last = place + 1
    yield passage.cut(last)


def _names(item: Passage) -> Iterator[tuple[str, bool]]:
    """The names of one item: 县司法局和县财政局等有关部门 has two."""
    for part in _split_joint(_without_etc(item)):
        text = part.strip(" .:;,、由").text
        noted = _NOTED_LEAD.search(fold(text))
        text = text[: noted.start()] if noted else text
        starred = bool(noted) or text[:1] in _STARS or text[-1:] in _STARS  # within a name * hides something
        name = text.strip(_STARS + " \u3000")
        name = (
            re.sub(rf"^(?:其中|{_BY}|会同|以及|及|和|与)[:：]?", "", name) if like_organ(name[1:]) else name
        )
        yield re.sub(r"\s+", "", name), starred


def _without_etc(item: Passage) -> Passage:
    """县财政局等部门 → 县财政局; 高等学校 stays."""
    found = re.search(
        r"(?<![高平中初同均])等(?:\d+|[两一二三四五六七八九十]+)?(?:家|个)?(?:有关|相关|职能|成员|责任|主管|各)*(?:单位|部门|地|方面)?"
        r"(?:和单位|单位)?$",
        item.plain,
    )
    return item.cut(0, found.start()) if found and found.start() else item


def _split_joint(item: Passage) -> Iterator[Passage]:
    last = 0
    for found in _joints(item.plain):
        before, after = item.plain[last : found.start()], item.plain[found.end() :]
        begins_anew = found.group().isspace() or len(re.split(r"[和及与]", after)[0]) >= 3
        if _WHOLE.search(before) and begins_anew and (like_organ(after) or _SUFFIXED.search(after)):
            yield item.cut(last, found.start())
            last = found.end()
    yield item.cut(last)


_SUFFIXED = re.compile(_ORGAN_END)


def _joints(plain: str) -> Iterable[re.Match[str]]:
    """Places where 和, 及, 等 may join two names, outside brackets; 县财政局等县直部门 is two as well."""
    depth = 0
    for found in re.finditer(r"[()]|" + _JOINT.pattern + r"|(?<=[局委办院部])等(?=.)", plain):
        if found.group() in "()":
            depth += 1 if found.group() == "(" else -1
        elif depth <= 0:
            yield found

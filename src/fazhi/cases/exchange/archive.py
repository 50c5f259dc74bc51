"""A file that comes in and cannot be taken: why, in words for who sends it. What an .xlsx may be is `archives.workbook`'s."""

from __future__ import annotations

from fazhi.archives import Unsafe, workbook
from fazhi.archives.workbook import Limits
from fazhi.cases.errors import CaseError

SAVE_AS = "请用电子表格软件另存为 .xlsx 后再导入"


class BadFile(CaseError):
    """The file as a whole cannot be read."""


_REFUSED = {
    "old": ("这是旧版 .xls 文件", SAVE_AS),
    "locked": ("文件设有打开密码，无法读取", "请取消密码后重新保存再导入"),
    "foreign": ("文件不是 .xlsx 电子表格", SAVE_AS),
    "damaged": ("文件不完整或者已损坏，可能没有下载完", "请重新下载或者重新保存后再导入"),
    "parts": ("文件里的部件超过{limits.parts}个，不是正常的电子表格", SAVE_AS),
    "large": ("文件解压后过大，可能是恶意构造的", "请用电子表格软件重新保存，或者分成几个文件导入"),
    "method": ("文件用了少见的压缩方法", SAVE_AS),
    "encoding": ("表格用了少见的编码", SAVE_AS),
    "declared": ("文件含有不允许的声明", SAVE_AS),
    "far": (
        "表格超出{limits.rows}行或者{limits.columns}列",
        "请删去多余的行列（包括远处的空单元格），或者分成几个文件导入",
    ),
    "cells": ("表格超过{limits.cells}个单元格", "请分成几个文件导入"),
}


def check_xlsx(data: bytes, limits: Limits) -> None:
    """BadFile with the reason where the bytes are no .xlsx that may be opened."""
    try:
        workbook.check(data, limits)
    except Unsafe as unsafe:
        message, then = _REFUSED[unsafe.reason]
        raise BadFile(message.format(limits=limits), next=then) from None

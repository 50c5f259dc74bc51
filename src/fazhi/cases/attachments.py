"""Files of a case: found by the hash of their content, sealed at rest, opened only by who may see the case.

The bytes lie in FAZHI_HOME/attachments, one file for each case that holds them (so that erasing one case's copy leaves
another's); the event holds a commitment to the hash. The name is sealed too: names of files name people.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from fazhi.cases import store
from fazhi.cases.errors import CaseError
from fazhi.cases.models import Attachment, Case
from fazhi.ledger import access_log
from fazhi.ledger.access_log import Reader
from fazhi.organs import secrecy

LIMIT = 20 * 2**20  # bytes of one file
KEPT = timedelta(days=30)  # what was put up for a form and not sent
# What a case file holds: documents, pictures, recordings, tables. Nothing that a browser or a desk would run.
KINDS = {
    ".pdf": "application/pdf", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".doc": "application/msword", ".wps": "application/vnd.ms-works", ".ofd": "application/ofd",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xls": "application/vnd.ms-excel",
    ".et": "application/vnd.ms-excel", ".csv": "text/csv", ".txt": "text/plain", ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg", ".png": "image/png", ".heic": "image/heic", ".tif": "image/tiff", ".tiff": "image/tiff",
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".wav": "audio/wav", ".mp4": "video/mp4", ".mov": "video/quicktime",
}  # fmt: skip
_SIGNS = {  # how a file of the kind begins; a name that says otherwise is refused
    ".pdf": (b"%PDF",), ".docx": (b"PK",), ".xlsx": (b"PK",), ".ofd": (b"PK",), ".png": (b"\x89PNG",),
    ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",), ".doc": (b"\xd0\xcf\x11\xe0",), ".xls": (b"\xd0\xcf\x11\xe0",),
    ".tif": (b"II*\x00", b"MM\x00*"), ".tiff": (b"II*\x00", b"MM\x00*"),
}  # fmt: skip


@dataclass(frozen=True)
class Held:
    """A file of a case. `size` in bytes."""

    hash: str
    name: str
    kind: str
    size: int


class BadFile(CaseError):
    """A file that is not taken in; nothing was kept."""


def add(case: str, name: str, data: bytes, person: str) -> Held:
    """Take a file in. The same content in the same case is one file, whatever its name."""
    name = _clean(name)
    kind = _checked(name, data)
    digest = hashlib.sha256(data).hexdigest()
    if (known := Attachment.objects.filter(case=case, hash=digest, erased_at=None).first()) is not None:
        return _held(known)
    path = _path(case, digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealed = secrecy.seal(base64.b64encode(data).decode(), _about(case, digest))
    trial = path.with_suffix(f".{os.getpid()}.tmp")
    trial.write_bytes(sealed)
    trial.replace(path)  # whole or not at all
    row = Attachment(
        case=case, hash=digest, name_sealed=secrecy.seal(name, _about(case, digest)), kind=kind, size=len(data), person=person
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # somebody else took the same content in meanwhile
        row = Attachment.objects.get(case=case, hash=digest)
    return _held(row)


def names(case: str) -> dict[str, str]:
    """{hash: name} of a case's files."""
    return {row.hash: _held(row).name for row in Attachment.objects.filter(case=case, erased_at=None)}


def of_case(case: str, hashes: Iterable[str] | None = None) -> list[Held]:
    rows = Attachment.objects.filter(case=case, erased_at=None).order_by("id")
    wanted = None if hashes is None else set(hashes)
    return [_held(r) for r in rows if wanted is None or r.hash in wanted]


def read(case: str, digest: str, reader: Reader) -> tuple[Held, bytes] | None:
    """The file and its bytes; the reading is logged. None where the case has no such file. The caller checked access."""
    row = Attachment.objects.filter(case=case, hash=digest, erased_at=None).first()
    if row is None:
        return None
    try:
        sealed = _path(case, digest).read_bytes()
    except OSError:
        raise CaseError(
            f"附件 {digest[:12]}… 的内容不在存储中", next="请从备份恢复 attachments 目录"
        ) from None
    data = base64.b64decode(secrecy.unseal(sealed, _about(case, digest)))
    if hashlib.sha256(data).hexdigest() != digest:
        raise CaseError(
            f"附件 {digest[:12]}… 的内容与登记的摘要不符", next="请从备份恢复，并运行 fazhi verify"
        )
    with store.writing() as cursor:
        access_log.record(cursor, reader, "open", cases=[case], fields=["attachment"])
    return _held(row), data


def of_person(case: str, person: str, hashes: Iterable[str]) -> list[Held]:
    """Those of the files that this person has put up."""
    rows = Attachment.objects.filter(
        case=case, person=person, hash__in=list(hashes)[:100], erased_at=None
    ).order_by("id")
    return [_held(r) for r in rows]


def own(case: str, digest: str, person: str) -> bool:
    """Whether this person put the file up himself: he may open it before it stands in the record."""
    return Attachment.objects.filter(case=case, hash=digest, person=person, erased_at=None).exists()


def drop_unsent(now: datetime) -> int:
    """Throw away files that were put up for a case that was never opened; how many. Their forms' drafts are gone by then."""
    unsent = Attachment.objects.filter(added_at__lt=now - KEPT).exclude(case__in=Case.objects.values("id"))
    rows = list(unsent[:200])
    for row in rows:
        _path(row.case, row.hash).unlink(missing_ok=True)
        row.delete()
    return len(rows)


def in_value(value: Any) -> list[str]:
    """The hashes that a file field's value names."""
    items = value if isinstance(value, list) else [value]
    return [v for v in items if isinstance(v, str) and re.fullmatch(r"[0-9a-f]{64}", v)]


def _held(row: Attachment) -> Held:
    name = secrecy.unseal(row.name_sealed, _about(row.case, row.hash))
    return Held(row.hash, name, row.kind, row.size)


def _clean(name: str) -> str:
    """The last part of the name, without what a file system or a header would stumble over."""
    return re.sub(r"[\x00-\x1f\x7f\"<>:|?*]", "", re.split(r"[/\\]", name)[-1]).strip(" .")[-120:] or "附件"


def _checked(name: str, data: bytes) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        raise BadFile(
            f"「{name}」不是可以上传的文件类型",
            next="请上传文档、表格、图片、录音或者录像：" + "、".join(k[1:] for k in KINDS),
        )
    if not data:
        raise BadFile(f"「{name}」是空文件", next="请核对后重新选择文件")
    if len(data) > LIMIT:
        raise BadFile(
            f"「{name}」超过 {LIMIT // 2**20} MB", next="请压缩、分开上传，或者在纸质案卷中保存并登记说明"
        )
    if (signs := _SIGNS.get(suffix)) and not data.startswith(signs):
        raise BadFile(
            f"「{name}」的内容与扩展名 {suffix} 不符", next="请用原程序打开确认，另存为正确的格式后再上传"
        )
    return KINDS[suffix]


def check_size(name: str, size: int) -> None:
    if size > LIMIT:
        raise BadFile(
            f"「{name}」超过 {LIMIT // 2**20} MB", next="请压缩、分开上传，或者在纸质案卷中保存并登记说明"
        )


def _about(case: str, digest: str) -> str:
    return f"attachment/{case}/{digest}"


def _path(case: str, digest: str) -> Path:
    # Under a keyed name: whoever sees the folder cannot tell whether a known document is in some case.
    name = secrecy.digest(f"{case}/{digest}", "attachment")
    return Path(settings.FAZHI_HOME) / "attachments" / name[:2] / name

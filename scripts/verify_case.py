"""Check one case's records without the platform: `python verify_case.py EXPORT.json [--key HEX …] [--checkpoint FILE]`.

EXPORT.json comes from `fazhi prove CASE`. Needs Python 3.11 and the package `cryptography`, nothing of Fazhi.
--key is a public key of the organ that signs, got from it by another way (again for each key that it has had);
without it the export's own key is used, and the result says so. --checkpoint is a checkpoint kept from earlier: the export must continue it.

Shown: each record is what was hashed, each links to the one before, each lies in the signed tree (RFC 9162).
Not shown: that the case has no later records. Exit 0 all holds, 1 something does not, 2 unusable input.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash


class Wrong(Exception):
    """Something does not hold; the message says what."""


def main() -> int:
    parser = argparse.ArgumentParser(description="离线核验一个案件的办理记录")
    parser.add_argument("export", help="fazhi prove 导出的文件")
    parser.add_argument(
        "--key", action="append", default=[], help="签署单位的公钥（64位十六进制），应从其他途径取得"
    )
    parser.add_argument("--checkpoint", help="此前保存的检查点文件")
    args = parser.parse_args()
    try:
        export = json.loads(Path(args.export).read_text(encoding="utf-8"))
        held = json.loads(Path(args.checkpoint).read_text(encoding="utf-8")) if args.checkpoint else None
    except (OSError, ValueError) as error:
        print(f"文件无法读取：{error}")
        return 2
    try:
        for line in check(export, args.key, held):
            print(line)
    except Wrong as wrong:
        print(f"不符：{wrong}")
        return 1
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        print(f"文件内容不完整，不是离线证明：{error!r}")
        return 2
    return 0


def check(export: dict, keys: list[str], held: dict | None = None) -> list[str]:
    """What holds, line by line; raises `Wrong` at the first thing that does not."""
    point = export["checkpoint"]
    check_signature(point, keys)
    prev = ""
    for number, entry in enumerate(export["entries"], 1):
        check_entry(export["case"], number, prev, entry, point)
        prev = entry["hash"]
    lines = [
        f"案件 {export['case']}：{len(export['entries'])} 条记录逐条相符，均在检查点之内",
        f"检查点：{point['time']}，{point['size']} 项，密钥 {point['key']}",
    ]
    if held is not None:
        check_continues(export, held, keys)
        lines.append(f"与此前保存的检查点（{held['time']}，{held['size']} 项）一致，其后只增未改")
    if export["unsealed"]:
        lines.append(f"注意：另有 {export['unsealed']} 条记录尚未进入该检查点，未核验")
    if not keys:
        lines.append("注意：未指定公钥，用的是文件自带的公钥；请另行核对 " + point["public_key"])
    return lines


def check_signature(point: dict, keys: list[str]) -> None:
    publics = {hashlib.sha256(bytes.fromhex(k)).hexdigest()[:16]: k for k in keys or [point["public_key"]]}
    signed = {name: value for name, value in point.items() if name not in ("public_key", "signature")}
    if point["key"] not in publics:
        raise Wrong(f"检查点由密钥 {point['key']} 签署，不是所给的公钥")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(publics[point["key"]]))
        public.verify(bytes.fromhex(point["signature"]), canonical(signed))
    except InvalidSignature:
        raise Wrong("检查点的签名不成立") from None


def check_entry(case: str, number: int, prev: str, entry: dict, point: dict) -> None:
    what = f"第{number}条记录"
    said = json.loads(entry["body"])
    value = digest(entry["body"].encode(), entry["alg"])
    if value.hex() != entry["hash"]:
        raise Wrong(f"{what}的内容与摘要不符")
    if (said["case"], said["seq"], entry["seq"]) != (case, number, number):
        raise Wrong(f"{what}不是本案的第{number}条")
    if said["prev"] != prev:
        raise Wrong(f"{what}与前一条的链接不符")
    path = [bytes.fromhex(node) for node in entry["proof"]]
    alg = point.get("alg", "sha256")
    if climb(entry["position"] - 1, point["size"], leaf(value, alg), path, alg) != bytes.fromhex(
        point["root"]
    ):
        raise Wrong(f"{what}不在检查点之内")


def check_continues(export: dict, held: dict, keys: list[str]) -> None:
    """The export's checkpoint continues the one that was kept."""
    point, since = export["checkpoint"], export["since"]
    check_signature(held, keys)
    if held["size"] == point["size"] or held["size"] == 0:
        proof: list[bytes] = []
    elif since is None or since["checkpoint"]["root"] != held["root"]:
        raise Wrong("文件没有带上从此前检查点延续而来的证明，请用 fazhi prove --since 重新导出")
    else:
        proof = [bytes.fromhex(node) for node in since["proof"]]
    alg = held.get("alg", "sha256")  # the proof runs in the tree of the checkpoint that was kept
    roots = {**point.get("also", {}), point.get("alg", "sha256"): point["root"]}
    if alg not in roots:
        raise Wrong(f"新的检查点没有按 {alg} 算法给出根，不能与此前保存的比对")
    old_root, new_root = bytes.fromhex(held["root"]), bytes.fromhex(roots[alg])
    if not grew(held["size"], point["size"], old_root, new_root, proof, alg):
        raise Wrong("检查点与此前保存的不一致：旧的记录被改动或删去")


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(data: bytes, alg: str) -> bytes:
    """SHA-256, or SM3 (GB/T 32905)."""
    if alg not in ("sha256", "sm3"):
        raise Wrong(f"不认识的摘要算法“{alg}”")
    running = Hash(SM3() if alg == "sm3" else SHA256())
    running.update(data)
    return running.finalize()


def leaf(data: bytes, alg: str) -> bytes:
    return digest(b"\x00" + data, alg)


def node(left: bytes, right: bytes, alg: str) -> bytes:
    return digest(b"\x01" + left + right, alg)


def climb(index: int, size: int, value: bytes, path: list[bytes], alg: str) -> bytes | None:
    """The root that `path` leads to from leaf `index` of a tree of `size` (RFC 9162, 2.1.3.2)."""
    at, last = index, size - 1
    if not 0 <= at <= last:
        return None
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            value = node(sibling, value, alg)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            value = node(value, sibling, alg)
        at, last = at >> 1, last >> 1
    return value if last == 0 else None


def grew(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes], alg: str) -> bool:
    """Whether the tree of `new` leaves begins with the tree of `old` (RFC 9162, 2.1.4.2)."""
    if old == new:
        return old_root == new_root
    if old == 0:
        return old_root == digest(b"", alg)
    steps = ([old_root] if old & (old - 1) == 0 else []) + path
    if old > new or not steps:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node(sibling, before, alg), node(sibling, after, alg)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = node(after, sibling, alg)
        at, last = at >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)


if __name__ == "__main__":
    sys.exit(main())

"""Small .pdf files for the tests, written by hand: lines at places on pages, in a font that every reader knows."""

from __future__ import annotations

from collections.abc import Sequence

EM = 16.0
LEFT, RIGHT, TOP = 80.0, 80.0 + 28 * EM, 106.0  # the frame that official documents use: 28 characters a line
PITCH = 28.0
Placed = tuple[float, float, str]  # from the left, from the top, in points; the words

_WIDTHS = "".join(f"{code} {code} 500 " for code in range(1, 96))


def pdf(
    pages: Sequence[Sequence[Placed]],
    *,
    encrypted: bool = False,
    picture: bool = False,
    ruled: Sequence[tuple[float, float, float, float]] = (),
) -> bytes:
    """`picture`: every page also shows a grey square, so that a page without words is not empty. `ruled`: lines that are
    drawn on every page, from x, y to x, y."""
    bodies: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>"]
    first = 7
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    bodies.append(f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode())
    bodies.append(
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[4 0 R]>>"
    )
    bodies.append(
        f"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
        f"/DW 1000/W[{_WIDTHS}]/FontDescriptor 5 0 R>>".encode()
    )
    bodies.append(
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -120 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 80>>"
    )
    bodies.append(
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream"
    )
    for rows in pages:
        drawn = "".join(
            f"BT /F {EM} Tf 1 0 0 1 {x} {842 - y} Tm <{words.encode('utf-16-be').hex()}> Tj ET\n"
            for x, y, words in rows
        )
        drawn += "".join(f"{x} {842 - y} m {u} {842 - v} l S\n" for x, y, u, v in ruled)
        if picture:
            drawn += "q 400 0 0 600 90 100 cm /I Do Q\n"
        at = len(bodies) + 1
        bodies.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {at + 1} 0 R"
            "/Resources<</Font<</F 3 0 R>>/XObject<</I 6 0 R>>>>>>".encode()
        )
        bodies.append(f"<</Length {len(drawn)}>>stream\n{drawn}endstream".encode())
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj".encode() + body + b"endobj\n"
    table = b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    secret = (
        f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'41' * 32}>/U<{'42' * 32}>>>/ID[<41><41>]"
        if encrypted
        else ""
    )
    end = f"trailer<</Size {len(bodies) + 1}/Root 1 0 R{secret}>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode() + table + end.encode()


def pages_of(paragraphs: Sequence[str], head: str = "", a_page: int = 20) -> list[list[Placed]]:
    """Paragraphs set as an official document sets them: first line indented, full lines, dashes around the page number."""
    lines: list[tuple[float, str]] = []
    for paragraph in paragraphs:
        indent, rest = 2, paragraph
        while rest:
            taken, width = 0, 0.0
            while taken < len(rest) and width + _wide(rest[taken]) <= 28 - indent:
                width += _wide(rest[taken])
                taken += 1
            lines.append((LEFT + indent * EM, rest[:taken]))
            indent, rest = 0, rest[taken:]
    pages = []
    for number, begin in enumerate(range(0, len(lines), a_page), 1):
        page: list[Placed] = [(LEFT, 50.0, head)] if head else []
        page += [(x, TOP + n * PITCH, words) for n, (x, words) in enumerate(lines[begin : begin + a_page])]
        pages.append([*page, (270.0, 790.0, f"— {number} —")])
    return pages


def _wide(letter: str) -> float:
    return 0.5 if letter.isascii() else 1.0

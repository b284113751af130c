"""Just enough PDF for the demo's files: A4 pages of headings, text and lines."""

from collections.abc import Sequence

MARGIN, TOP = 64, 770
SIZES = {"# ": (26, 30, 44), "## ": (16, 34, 24), "": (13, 0, 20)}  # mark: type, above, below


def document(pages: Sequence[str]) -> bytes:
    """A PDF of these pages; a line that begins with # or ## is a heading."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        content = _content(page)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> "
            + f"/Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _content(page: str) -> bytes:
    """Text as drawing orders; a line that begins with ~ is passed on as an order itself."""
    orders, y = [], TOP
    for line in page.strip().splitlines():
        if line.startswith("~"):
            orders.append(line[1:])
            continue
        mark = next(mark for mark in ("## ", "# ", "") if line.startswith(mark))
        size, above, below = SIZES[mark]
        y -= above
        text = line.removeprefix(mark).replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        orders.append(f"BT /F1 {size} Tf {MARGIN} {y} Td ({text}) Tj ET")
        y -= below
    return "\n".join(orders).encode("cp1252")


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)

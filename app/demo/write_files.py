"""Write the files of the demo's downloads: small, real, and the same every time.

    python -m app.demo.write_files

Run it from the project's root; the shop ships the result.
"""

import io
import math
import sys
import wave
import zipfile
from pathlib import Path

from app.demo.drawings.parts import leaf
from app.demo.drawings.scene import seeded
from app.demo.files import FOLDER
from app.demo.pdf import document

LICENCE = "Part of Storekeeper's demo. Use it as you like.\n"
RATE = 8000
TRACKS = {"tin-roof": (0.9, 260), "tent": (0.45, 120), "attic-window": (0.6, 60)}
COLOURINGS = {
    "forest": ("#2f4a41", "#9fc0a0"),
    "honey": ("#f0e2c0", "#c08b2f"),
    "rose": ("#e8b9a2", "#8f4a37"),
}
LOOKS = {"dawn": (1.08, 1.02, 0.94), "fjord": (0.92, 1.0, 1.08), "polar-night": (0.7, 0.8, 1.15)}
LETTERS = {  # on a square of 100
    "A": "M10 100 L50 0 L90 100 M25 64 H75",
    "E": "M85 0 H15 V100 H85 M15 50 H70",
    "H": "M15 0 V100 M85 0 V100 M15 50 H85",
    "L": "M15 0 V100 H85",
    "M": "M10 100 V0 L50 70 L90 0 V100",
    "N": "M15 100 V0 L85 100 V0",
    "O": "M50 0 A50 50 0 1 1 50 100 A50 50 0 1 1 50 0",
    "R": "M15 100 V0 H55 A27 27 0 0 1 55 54 H15 M50 54 L88 100",
    "T": "M10 0 H90 M50 0 V100",
    "V": "M10 0 L50 100 L90 0",
    "X": "M12 0 L88 100 M88 0 L12 100",
    "Z": "M12 0 H88 L12 100 H88",
}
KITCHEN = (
    """# A small kitchen
Dinners with one pot and one ring.

## How to read this book
Every dish serves two, needs one pot and takes half an hour at most.
What is left is lunch: each page says how.
""",
    """# Red lentils with lemon
## Buy
200 g red lentils, 1 onion, 2 carrots, 1 lemon, cumin, oil
## Cook
1. Fry onion and carrots in oil with a spoon of cumin, five minutes.
2. Add lentils and 700 ml of water. Simmer for fifteen minutes.
3. Salt, and the juice of the lemon at the very end.
## Left over
Thin it with water: tomorrow it is soup.
""",
    """# Potatoes, leek and one egg
## Buy
500 g potatoes, 2 leeks, 2 eggs, butter, nutmeg
## Cook
1. Slice the potatoes thin and fry them in butter, lid on, ten minutes.
2. Add the leeks in rings, nutmeg and salt. Eight minutes more.
3. Make two hollows, break an egg into each, lid on for four minutes.
## Left over
Cold, with mustard, between two slices of bread.
""",
)
APRON = (
    """# Apron sewing pattern
One size. 1.2 m of heavy linen, 140 cm wide.

1. Wash the linen before you cut it.
2. Draw the outline of the next page, ten times as large.
3. Cut with an allowance of 2 cm on every side.
4. Fold the allowance twice and stitch it down.
5. Hem the pocket at the top, then set it in the middle, 40 cm from the neck.
6. Stitch the pocket once more down the middle.
7. Cut two straps of 6 x 90 cm, fold and close them.
8. Sew each strap from a shoulder to the opposite side.
""",
    """# The outline, one to ten
~0.24 0.33 0.72 RG 1.5 w
~260 660 m 335 660 l 337 610 360 585 390 575 c 400 405 l 195 405 l 205 575 l
~235 585 258 610 260 660 c s
~0.73 0.35 0.24 RG 0.8 w [6 4] 0 d
~250 547 95 -70 re s
""",
)


def write_all(folder: Path = FOLDER) -> list[str]:
    """Write every download; return the names of the files."""
    files = {
        "a-small-kitchen.pdf": document(KITCHEN),
        "apron-sewing-pattern.pdf": document(APRON),
        "botanical-patterns.zip": _zip({f"{n}.svg": _tile(*c) for n, c in COLOURINGS.items()}),
        "larch-specimen.zip": _zip({f"{name}.svg": _letter(d) for name, d in LETTERS.items()}),
        "northern-presets.zip": _zip({f"{n}.cube": _cube(n, g) for n, g in LOOKS.items()}),
        "rain-recordings.zip": _zip({f"{name}.wav": _rain(*how) for name, how in TRACKS.items()}),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return list(files)


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**members, "licence.txt": LICENCE.encode()}.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _tile(ground: str, tone: str) -> bytes:
    """Leaves on a square that repeats without a seam: none reaches over its edge."""
    leaves = "".join(
        leaf(x + (20 if row % 2 else 0), 50 + row * 50, angle, 34, tone)
        for row in range(4)
        for x in range(20, 200, 40)
        for angle in (-60, -120)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240">'
        f'<rect width="240" height="240" fill="{ground}"/>{leaves}</svg>'
    ).encode()


def _letter(outline: str) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -10 120 120">'
        f'<path d="{outline}" fill="none" stroke="#2b2a33" stroke-width="14"/></svg>'
    ).encode()


def _cube(name: str, gains: tuple[float, float, float]) -> bytes:
    """A lookup table of nine steps; red runs fastest, as the format wants it."""
    steps = [i / 8 for i in range(9)]
    rows = [
        " ".join(f"{min(v * gain, 1):.4f}" for v, gain in zip((r, g, b), gains, strict=True))
        for b in steps
        for g in steps
        for r in steps
    ]
    return "\n".join([f'TITLE "{name}"', "LUT_3D_SIZE 9", *rows, ""]).encode()


def _rain(loudness: float, drops: int) -> bytes:
    """Two seconds that loop: a soft hiss, and drops that ring out before the end."""
    rng = seeded(drops)
    samples = [rng.uniform(-0.08, 0.08) * loudness for _ in range(2 * RATE)]
    for _ in range(drops):
        start, pitch = rng.randrange(2 * RATE - 400), rng.uniform(0.3, 1.1)
        for i in range(400):
            samples[start + i] += 0.2 * loudness * math.exp(-i / 60) * math.sin(i * pitch)
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(bytes(128 + round(127 * max(-1, min(1, s))) for s in samples))
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.write("\n".join(write_all()) + "\n")

"""Draw the demo's pictures: SVG scenes rendered to WebP, the same every time.

    .venv/bin/pip install --target .cache/draw resvg-py
    PYTHONPATH=.cache/draw .venv/bin/python -m app.demo.draw [--only slug ...] [--folder folder]

Run it from the project's root. Every drawing has three views (front, detail, evening) in three
widths (320, 640, 960), 4:5. The shop ships the result and needs neither the drawings nor resvg.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import resvg_py
from PIL import Image

from app.demo.drawings import DRAWINGS
from app.demo.pictures import FOLDER, VIEWS, WIDTHS, file_name

QUALITY = 80
DETAIL = 1.6  # how much closer the detail looks


def draw_all(folder: Path, only: Sequence[str] = ()) -> int:
    """Write every picture, or the named ones, into the folder; return the number of files."""
    folder.mkdir(parents=True, exist_ok=True)
    slugs = [slug for slug in DRAWINGS if not only or slug in only]
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(draw_one, slugs, [folder] * len(slugs)))


def draw_one(slug: str, folder: Path) -> int:
    """Write the nine pictures of one drawing."""
    scene = DRAWINGS[slug]()
    svgs = (scene.svg(), scene.svg(zoom=DETAIL), scene.evening())
    for view, svg in zip(VIEWS, svgs, strict=True):
        png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        for width in WIDTHS:
            sized = picture.resize((width, width * 5 // 4), Image.Resampling.LANCZOS)
            sized.save(
                folder / file_name(f"{slug}-{view}", width), "WEBP", quality=QUALITY, method=6
            )
    return len(VIEWS) * len(WIDTHS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the demo's pictures.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="*", default=())
    arguments = parser.parse_args()
    sys.stdout.write(f"{draw_all(arguments.folder, arguments.only)} pictures drawn\n")

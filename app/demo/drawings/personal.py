"""Pictures of documents made for one person."""

import math

from app.demo.drawings.parts import frame, lines, sheet
from app.demo.drawings.scene import (
    BRASS,
    COBALT,
    CREAM,
    INK,
    LEAF,
    RUST,
    Scene,
    drawing,
    mix,
    seeded,
)


@drawing("star-map")
def star_map() -> Scene:
    s = Scene("dusk", (400, 510))
    rng = seeded(26)
    stars = "".join(
        f'<circle cx="{400 + r * math.cos(a):.0f}" cy="{470 + r * math.sin(a):.0f}" '
        f'r="{rng.choice((2, 2, 3, 4, 6))}" fill="#fff8e6"/>'
        for r, a in ((140 * math.sqrt(rng.random()), rng.uniform(0, 6.28)) for _ in range(110))
    )
    frame(
        s,
        180,
        210,
        440,
        620,
        "#2a2733",
        '<rect x="230" y="260" width="340" height="520" '
        f'fill="{s.gradient("#1b2350", "#101533", down=True)}"/>'
        f'<circle cx="400" cy="470" r="150" fill="#24306b"/>{stars}'
        f'<circle cx="400" cy="470" r="150" fill="none" stroke="{BRASS}" stroke-width="4"/>'
        '<path d="M316 430 l52 -44 60 30 46 -22 40 66 -64 40 -34 52" fill="none" '
        f'stroke="{BRASS}" stroke-width="3"/>'
        + lines(300, 678, (200,), 20, BRASS, 10)
        + lines(340, 706, (120,), 20, "#7d86b8", 8),
    )
    return s


@drawing("birth-year-letter")
def birth_year() -> Scene:
    s = Scene("sand", (400, 520))
    sheet(
        s,
        180,
        200,
        430,
        620,
        4,
        "#f7ebd3",
        f'<rect x="206" y="226" width="378" height="568" fill="none" stroke="{BRASS}" '
        'stroke-width="3"/>'
        + lines(290, 276, (210,), 20, RUST, 16)
        + lines(246, 340, (300, 286, 304, 270, 296, 180), 34, "#cdb891", 8)
        + lines(246, 570, (300, 280, 210), 34, "#cdb891", 8)
        + f'<path d="M180 690 H610 V724 H180Z" fill="{COBALT}" opacity=".92"/>'
        f'<circle cx="396" cy="708" r="50" fill="{s.round("#a33b33")}"/>'
        '<path d="M396 682 l8 18 20 2 -15 13 5 20 -18 -11 -18 11 5 -20 -15 -13 20 -2Z" '
        'fill="#f0c9b8"/>',
    )
    return s


BEDS = (  # x, y, width, height, ground, plant
    (200, 280, 180, 180, "#b9cfa4", "#d7844f"),
    (400, 280, 200, 90, "#e3c9a0", LEAF),
    (400, 390, 90, 170, "#cfdcb4", "#c95f6a"),
    (510, 390, 90, 170, "#e6b9a4", "#5f7f5c"),
    (200, 480, 180, 250, "#d6e0bd", "#86a874"),
    (400, 580, 200, 150, "#a9c7b8", "#f0c75e"),
)


@drawing("garden-plan")
def garden() -> Scene:
    s = Scene("sage", (400, 520))
    compass = f'<path d="M566 226 l14 26 -14 -8 -14 8Z" fill="{RUST}"/>'
    inside = "".join(_bed(*bed) for bed in BEDS) + lines(200, 238, (160,), 20, INK, 12) + compass
    sheet(s, 170, 210, 460, 610, -4, CREAM, inside)
    return s


def _bed(x: int, y: int, w: int, h: int, ground: str, plant: str) -> str:
    """One bed, planted in rows that are not quite straight."""
    rng = seeded(x + y)
    shapes = f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="14" fill="{ground}"/>'
    for cx in range(x + 26, x + w - 16, 34):
        for cy in range(y + 26, y + h - 16, 36):
            dx, dy, r = rng.randint(-4, 4), rng.randint(-4, 4), rng.randint(9, 13)
            at = f'cx="{cx + dx}" cy="{cy + dy}"'
            tone = mix(plant, "#ffffff", rng.choice((0, 0.12, 0.25)))
            shapes += f'<circle {at} r="{r}" fill="{tone}"/>'
            shapes += f'<circle {at} r="{r / 2.6:.0f}" fill="#fff" opacity=".4"/>'
    return shapes

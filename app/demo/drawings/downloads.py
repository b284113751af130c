"""Pictures of what comes as a file."""

import math

from app.demo.drawings.parts import hills, leaf, lines, sheet
from app.demo.drawings.scene import BRASS, COBALT, CREAM, INK, RUST, Scene, drawing, mix, seeded


@drawing("rain-recordings")
def rain() -> Scene:
    s = Scene("dusk", (400, 500))
    rng = seeded(18)
    bars = "".join(
        f'<rect x="{228 + i * 18}" y="{600 - h / 2:.0f}" width="9" height="{h:.0f}" '
        f'rx="4.5" fill="{CREAM if i < 12 else "#8fa6d8"}"/>'
        for i in range(20)
        for h in (40 + 110 * abs(math.sin(i * 0.7)) * rng.uniform(0.5, 1),)
    )
    drops = "".join(
        f'<path d="M{rng.randint(210, 590)} {rng.randint(300, 470)} l-10 34" '
        'stroke="#b9c8ea" stroke-opacity=".7" stroke-width="5" stroke-linecap="round"/>'
        for _ in range(26)
    )
    sheet(
        s,
        180,
        230,
        440,
        560,
        0,
        s.gradient("#2d3f73", "#182244", down=True),
        drops + bars + f'<circle cx="400" cy="720" r="34" fill="{CREAM}"/>'
        '<path d="M391 704 l26 16 -26 16Z" fill="#182244"/>',
    )
    return s


@drawing("botanical-patterns")
def patterns() -> Scene:
    s = Scene("sand", (400, 520))
    for i, (ground, tone, angle) in enumerate(
        (("#e8b9a2", "#8f4a37", 13), ("#f0e2c0", "#c08b2f", 4), ("#2f4a41", "#9fc0a0", -6))
    ):
        x, y = 190 + (2 - i) * 34, 220 + (2 - i) * 10
        motif = "".join(
            leaf(x + 46 + cx * 92 + (46 if cy % 2 else 0), y + 56 + cy * 78, -60, 70, tone)
            + leaf(
                x + 46 + cx * 92 + (46 if cy % 2 else 0),
                y + 56 + cy * 78,
                -120,
                52,
                mix(tone, ground, 0.35),
            )
            for cx in range(4)
            for cy in range(7)
        )
        clip = s.clip(f'<rect x="{x}" y="{y}" width="390" height="560" rx="10"/>')
        sheet(s, x, y, 390, 560, angle, ground, f'<g clip-path="{clip}">{motif}</g>')
    return s


@drawing("small-kitchen-book")
def small_kitchen() -> Scene:
    s = Scene("blush", (400, 540))
    s.shadow(410, 838, 200)
    s.add(
        f'<rect x="210" y="250" width="380" height="586" rx="30" fill="{INK}"/>'
        '<rect x="234" y="276" width="332" height="500" rx="6" fill="#f4e6cf"/>'
        f'<rect x="234" y="276" width="332" height="180" rx="6" fill="{RUST}"/>'
        + lines(270, 324, (220, 150), 44, CREAM, 20)
        + '<path d="M292 596 H508 V690 Q508 730 468 730 H332 Q292 730 292 690Z" '
        f'fill="{s.round("#3f6f67")}"/>'
        '<rect x="276" y="578" width="248" height="24" rx="12" fill="#2f544e"/>'
        f'<circle cx="400" cy="566" r="14" fill="{BRASS}"/>'
        '<path d="M350 540 q-18 -30 4 -54 M400 536 q-18 -30 4 -54 M450 540 q-18 -30 4 -54" '
        'fill="none" stroke="#c9b79a" stroke-width="8" stroke-linecap="round"/>'
        '<circle cx="400" cy="806" r="12" fill="#55535f"/>'
    )
    return s


@drawing("larch-typeface")
def typeface() -> Scene:
    s = Scene("mist", (400, 520))
    guides = "".join(
        f'<path d="M180 {y} H620" stroke="{RUST}" stroke-opacity=".55" stroke-width="3" '
        'stroke-dasharray="10 8"/>'
        for y in (390, 470, 650, 726)
    )
    sheet(
        s,
        160,
        230,
        480,
        570,
        -3,
        CREAM,
        guides + '<path d="M196 650 L276 392 H304 L384 650 M226 566 H354" fill="none" '
        f'stroke="{INK}" stroke-width="34" stroke-linejoin="bevel"/>'
        f'<circle cx="494" cy="560" r="74" fill="none" stroke="{INK}" stroke-width="34"/>'
        f'<path d="M568 470 V650" stroke="{INK}" stroke-width="34"/>'
        f'<circle cx="276" cy="392" r="9" fill="{COBALT}"/>'
        f'<circle cx="568" cy="470" r="9" fill="{COBALT}"/>'
        f'<circle cx="420" cy="560" r="9" fill="{COBALT}"/>'
        + lines(200, 286, (120,), 20, mix(INK, CREAM, 0.55), 10),
    )
    return s


@drawing("northern-presets")
def presets() -> Scene:
    s = Scene("ochre", (400, 520))
    looks = (
        (("#f3d7a4", "#e79f6d"), ("#a45f4b", "#6e3d3a"), 14),
        (("#cfe3e6", "#9fc3cf"), ("#5d8791", "#2f5661"), 2),
        (("#3a3f6b", "#8a6f9c"), ("#2a2c50", "#15172f"), -10),
    )
    for i, (sky, ground, angle) in enumerate(looks):
        x, y = 270 - i * 50, 250 + i * 34
        clip = s.clip(f'<rect x="{x + 22}" y="{y + 22}" width="316" height="380"/>')
        sheet(
            s,
            x,
            y,
            360,
            480,
            angle,
            "#fffdf8",
            f'<g clip-path="{clip}"><rect x="{x + 22}" y="{y + 22}" width="316" height="380" '
            f'fill="{s.gradient(*sky, down=True)}"/>'
            f'<circle cx="{x + 230}" cy="{y + 140}" r="34" fill="#fff" opacity=".75"/>'
            f"{hills(330, y + 350, ground, 30 + i, x + 16)}</g>",
        )
    return s


@drawing("apron-sewing-pattern")
def sewing_pattern() -> Scene:
    s = Scene("dusk", (400, 520))
    grid = "".join(f"M160 {y}H640" for y in range(260, 800, 40))
    grid += "".join(f"M{x} 220V800" for x in range(200, 640, 40))
    cut = "M330 290 H450 Q452 380 530 430 L546 740 H234 L250 430 Q328 380 330 290Z"
    inside = (
        f'<path d="{grid}" stroke="#dfd6c3" stroke-width="2"/>'
        f'<path d="{cut}" fill="{COBALT}" fill-opacity=".12" stroke="{COBALT}" stroke-width="7" '
        'stroke-linejoin="round"/>'
        '<path d="M348 308 H432 Q436 396 512 444 L526 722 H254 L268 444 Q344 396 348 308Z" '
        f'fill="none" stroke="{RUST}" stroke-width="4" stroke-dasharray="14 10"/>'
        f'<rect x="310" y="540" width="160" height="110" rx="14" fill="none" stroke="{RUST}" '
        'stroke-width="4" stroke-dasharray="14 10"/>'
        f'<path d="M390 340 V520 M376 362 L390 340 L404 362" fill="none" stroke="{INK}" '
        'stroke-width="5" stroke-linecap="round"/>' + lines(180, 246, (110, 70), 18, INK, 8)
    )
    sheet(s, 160, 220, 480, 580, 3, CREAM, inside)
    s.add(_scissors(560, 690))
    return s


def _scissors(x: int, y: int) -> str:
    return (
        f'<g transform="translate({x} {y}) rotate(-32)" fill="none" stroke-linecap="round">'
        '<path d="M0 0 L-34 -190 M0 0 L34 -190" stroke="#b9bdc9" stroke-width="18"/>'
        f'<g stroke="{RUST}" stroke-width="15"><ellipse cx="-38" cy="62" rx="28" ry="40"/>'
        '<ellipse cx="38" cy="62" rx="28" ry="40"/><path d="M-22 30 L0 -12 L22 30"/></g>'
        '<circle cy="-18" r="8" fill="#f5f2ea" stroke="none"/></g>'
    )

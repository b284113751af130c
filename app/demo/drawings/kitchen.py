"""Pictures of what stands in a kitchen."""

from app.demo.drawings.parts import sprig
from app.demo.drawings.scene import INK, LEAF, OAK, WALLS, Scene, drawing, mix, seeded


@drawing("dusk-mug")
def dusk_mug() -> Scene:
    s = Scene("blush", (400, 690))
    s.shadow(420, 838, 190)
    body = "M262 560 H538 L526 790 Q522 838 470 838 H330 Q278 838 274 790Z"
    clip = s.clip(f'<path d="{body}"/>')
    s.add(
        '<path d="M530 610 q110 -6 104 76 q-6 84 -112 78" fill="none" '
        f'stroke="{s.gradient("#5d6fae", "#3f4f87", down=True)}" stroke-width="32" '
        'stroke-linecap="round"/>'
        f'<path d="{body}" fill="{s.round("#6f82c2")}"/>'
        f'<g clip-path="{clip}"><path d="M240 762 q60 -26 120 0 t120 0 t120 0 V850 H240Z" '
        f'fill="{s.round("#c9a184")}"/>'
        "</g>"
        '<ellipse cx="400" cy="560" rx="138" ry="30" fill="#8496d0"/>'
        '<ellipse cx="400" cy="564" rx="122" ry="23" fill="#4b3428"/>'
        '<path d="M352 500 q-26 -46 4 -84 t-2 -82 M430 508 q-26 -46 4 -84 t-2 -78" '
        'fill="none" stroke="#fff" stroke-opacity=".65" stroke-width="11" '
        'stroke-linecap="round"/>'
    )
    return s


@drawing("pour-over-set")
def pour_over() -> Scene:
    s = Scene("mist", (400, 600))
    s.shadow(410, 842, 180)
    flask = (
        "M332 560 H468 L470 610 Q566 664 566 752 Q566 842 480 842 H320 Q234 842 234 752 "
        "Q234 664 330 610Z"
    )
    clip = s.clip(f'<path d="{flask}"/>')
    s.add(
        f'<path d="{flask}" fill="#fff" opacity=".55"/>'
        f'<g clip-path="{clip}"><rect x="220" y="724" width="360" height="130" '
        f'fill="{s.gradient("#5a3524", "#331d14", down=True)}"/>'
        '<ellipse cx="400" cy="724" rx="170" ry="20" fill="#7a4c35"/></g>'
        f'<path d="{flask}" fill="none" stroke="#fff" stroke-width="6" opacity=".9"/>'
        '<path d="M270 706 q-14 60 22 104" fill="none" stroke="#fff" stroke-width="10" '
        'opacity=".7" stroke-linecap="round"/>'
        f'<rect x="324" y="566" width="152" height="40" rx="8" fill="{s.round(OAK)}"/>'
        f'<path d="M250 340 H550 L446 560 H354Z" fill="{s.round("#f4efe6")}"/>'
        '<path d="M540 372 q74 8 60 66 q-14 46 -88 34" fill="none" stroke="#d8d0c2" '
        'stroke-width="20" stroke-linecap="round"/>'
        '<ellipse cx="400" cy="340" rx="150" ry="30" fill="#fffaf0"/>'
        '<ellipse cx="400" cy="346" rx="126" ry="21" fill="#6b432d"/>'
    )
    return s


@drawing("moss-teapot")
def teapot() -> Scene:
    s = Scene("sand", (400, 660))
    s.shadow(400, 838, 220)
    green = "#7d9270"
    s.add(
        '<path d="M250 640 Q140 640 120 540 Q110 500 84 494 L130 470 Q178 484 196 560 Q212 '
        f'604 270 610Z" fill="{s.round(green)}"/>'
        f'<path d="M300 540 Q290 360 400 356 Q510 360 500 540" fill="none" stroke="{OAK}" '
        'stroke-width="24" stroke-linecap="round"/>'
        '<path d="M222 680 Q222 540 400 540 Q578 540 578 680 Q578 836 480 836 H320 Q222 '
        f'836 222 680Z" fill="{s.round(green)}"/>'
        '<path d="M316 552 Q400 500 484 552 Q400 580 316 552Z" '
        f'fill="{mix(green, "#ffffff", 0.25)}"/>'
        f'<circle cx="400" cy="512" r="20" fill="{OAK}"/>'
        '<path d="M268 640 q30 -56 84 -66" fill="none" stroke="#fff" stroke-width="12" '
        'opacity=".4" stroke-linecap="round"/>'
    )
    return s


@drawing("oak-board")
def board() -> Scene:
    s = Scene("mist", (400, 640))
    s.shadow(400, 836, 190)
    shape = (
        "M236 420 Q236 380 276 380 H352 Q352 250 400 230 Q448 250 448 380 H524 Q564 380 "
        "564 420 V798 Q564 836 524 836 H276 Q236 836 236 798Z"
    )
    clip = s.clip(f'<path d="{shape}"/>')
    rng = seeded(6)
    grain = "".join(
        f'<path d="M{x} 220 q{rng.randint(-22, 22)} 160 0 320 t0 320" fill="none" '
        f'stroke="#8c5f33" stroke-opacity="{rng.uniform(0.12, 0.4):.2f}" '
        f'stroke-width="{rng.choice((3, 4, 7))}"/>'
        for x in range(240, 566, 21)
    )
    s.add(
        f'<path d="{shape}" fill="{s.round("#d3a56d")}"/><g clip-path="{clip}">{grain}</g>'
        f'<circle cx="400" cy="300" r="19" fill="{WALLS["mist"][1]}"/>',
        *sprig(604, 838, 330, -90, LEAF),
    )
    return s


BOWLS = ((496, "#efe3cf"), (586, "#d9a441"), (676, "#5d6fae"))  # y of the rim, glaze; top first


@drawing("breakfast-bowls")
def bowls() -> Scene:
    s = Scene("dusk", (400, 660))
    s.shadow(400, 838, 150)
    for y, glaze in reversed(BOWLS):
        light = mix(glaze, "#ffffff", 0.3)
        s.add(f'<ellipse cx="400" cy="{y}" rx="210" ry="34" fill="{light}"/>')
    s.add(
        f'<ellipse cx="400" cy="500" rx="190" ry="26" fill="{mix("#efe3cf", INK, 0.2)}"/>'
        f'<path d="M470 510 L600 330" stroke="{s.round(OAK)}" stroke-width="20" '
        'stroke-linecap="round"/>'
        f'<circle cx="350" cy="480" r="58" fill="{s.round("#d97b4f")}"/>'
        f'<path d="M352 430 q4 -26 26 -36" fill="none" stroke="{LEAF}" stroke-width="9" '
        'stroke-linecap="round"/>'
    )
    s.add(*(_bowl(s, y, glaze) for y, glaze in BOWLS))
    return s


def _bowl(scene: Scene, y: int, glaze: str) -> str:
    """The front of a bowl, below the near half of its rim: it hides the foot of the one inside."""
    return (
        f'<path d="M190 {y} A210 34 0 0 0 610 {y} Q600 {y + 110} 480 {y + 148} V{y + 160} H320 '
        f'V{y + 148} Q200 {y + 110} 190 {y}Z" fill="{scene.round(glaze)}"/>'
        f'<path d="M192 {y + 4} A208 34 0 0 0 608 {y + 4}" fill="none" stroke="#fff" '
        'stroke-opacity=".45" stroke-width="7"/>'
    )


@drawing("enamel-jug")
def jug() -> Scene:
    s = Scene("sage", (400, 620))
    s.shadow(410, 838, 170)
    white, rim = "#f3efe6", "#2d4a86"
    s.add(*sprig(372, 420, 250, -90, LEAF), *sprig(410, 420, 300, 40, mix(LEAF, "#d9a441", 0.4)))
    s.add(
        f'<path d="M500 470 Q640 470 626 600 Q612 706 516 716" fill="none" stroke="{rim}" '
        'stroke-width="26" stroke-linecap="round"/>'
        '<path d="M296 404 L258 380 Q250 410 292 452 Q316 480 306 540 Q252 620 262 760 Q266 '
        '836 330 836 H474 Q536 836 540 760 Q548 620 496 540 Q484 470 508 404Z" '
        f'fill="{s.round(white)}"/>'
        f'<ellipse cx="402" cy="404" rx="108" ry="22" fill="{mix(white, INK, 0.22)}"/>'
        '<path d="M258 380 L296 404 A108 22 0 0 0 510 404" fill="none" '
        f'stroke="{rim}" stroke-width="11" stroke-linecap="round" stroke-linejoin="round"/>'
        f'<path d="M268 812 Q400 842 534 812" fill="none" stroke="{rim}" stroke-width="9"/>'
        '<path d="M326 572 q-26 60 -22 130" fill="none" stroke="#fff" stroke-width="14" '
        'opacity=".8" stroke-linecap="round"/>'
    )
    return s

"""Pictures of what lies on a desk."""

from app.demo.drawings.parts import lines, sheet
from app.demo.drawings.scene import BRASS, COBALT, CREAM, INK, OAK, RUST, Scene, drawing, mix


@drawing("dotted-notebook")
def notebook() -> Scene:
    s = Scene("ochre", (400, 520))
    dots = "".join(
        f'<circle cx="{x}" cy="{y}" r="3" fill="#b9ad97"/>'
        for x in range(300, 640, 26)
        for y in range(300, 800, 26)
    )
    sheet(s, 270, 270, 380, 540, 9, CREAM, dots)
    sheet(
        s,
        170,
        210,
        390,
        550,
        -7,
        s.gradient("#24356f", COBALT),
        f'<rect x="170" y="210" width="46" height="550" rx="10" fill="{INK}" opacity=".25"/>'
        f'<rect x="498" y="210" width="16" height="550" fill="{RUST}"/>'
        f'<rect x="262" y="330" width="190" height="110" rx="6" fill="{CREAM}"/>'
        + lines(290, 366, (134, 90), 26, mix(INK, CREAM, 0.45)),
    )
    return s


@drawing("brass-pen")
def pen() -> Scene:
    s = Scene("mist", (400, 520))
    sheet(
        s,
        150,
        170,
        470,
        640,
        -5,
        CREAM,
        lines(210, 260, (330, 350, 300, 340, 180), 54, "#d8cfbf", 6),
    )
    s.add(
        '<g transform="rotate(38 400 560)"><rect x="388" y="170" width="52" height="640" '
        f'rx="26" fill="{INK}" opacity=".4" filter="url(#soft)"/>'
        f'<rect x="374" y="150" width="52" height="420" rx="24" fill="{s.round(BRASS)}"/>'
        f'<rect x="374" y="420" width="52" height="16" fill="{mix(BRASS, INK, 0.4)}"/>'
        f'<path d="M374 560 H426 L412 700 H388Z" fill="{s.round(INK)}"/>'
        f'<path d="M388 696 H412 L401 776 H399Z" fill="{s.round("#d9cda8")}"/>'
        '<rect x="418" y="190" width="14" height="150" rx="7" '
        f'fill="{mix(BRASS, "#ffffff", 0.35)}"/>'
        "</g>"
        '<path d="M214 800 q30 -40 44 -4 t40 -6 q20 -30 34 0" fill="none" '
        f'stroke="{COBALT}" stroke-width="7" stroke-linecap="round"/>'
    )
    return s


@drawing("desk-calendar")
def calendar() -> Scene:
    s = Scene("sage", (400, 620))
    s.shadow(400, 838, 260)
    days = "".join(
        f'<rect x="{222 + (i % 7) * 52}" y="{560 + (i // 7) * 46}" width="38" height="32" '
        f'rx="7" fill="{RUST if i == 16 else "#e2d8c6"}"/>'
        for i in range(1, 31)
    )
    rings = "".join(
        f'<rect x="{x}" y="386" width="10" height="44" rx="5" fill="{BRASS}"/>'
        for x in range(222, 600, 40)
    )
    s.add(
        f'<path d="M190 836 L160 410 H600 L640 836Z" fill="{mix(OAK, INK, 0.25)}"/>'
        f'<rect x="180" y="410" width="440" height="426" rx="10" fill="{CREAM}"/>'
        f'<rect x="180" y="410" width="440" height="118" rx="10" fill="{COBALT}"/>'
        f"{days}{rings}" + lines(222, 458, (180,), 20, CREAM, 18)
    )
    return s


@drawing("letter-set")
def letters() -> Scene:
    s = Scene("dusk", (400, 540))
    for i, (tone, angle, y) in enumerate(
        (("#e9c7b6", 12, 250), ("#c8d3c0", -6, 350), (CREAM, 4, 470))
    ):
        sheet(
            s,
            150,
            y,
            500,
            330,
            angle,
            tone,
            f'<path d="M156 {y + 6} L400 {y + 190} L644 {y + 6}" '
            f'fill="{mix(tone, "#ffffff", 0.3)}" stroke="{mix(tone, INK, 0.2)}" '
            'stroke-width="4" stroke-linejoin="round"/>'
            + (
                f'<circle cx="400" cy="{y + 186}" r="44" fill="{s.round("#a33b33")}"/>'
                f'<path d="M400 {y + 162} l14 26 -14 26 -14 -26Z" fill="#f0c9b8" opacity=".8"/>'
                if i == 2
                else ""
            ),
        )
    return s

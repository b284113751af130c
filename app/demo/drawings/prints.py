"""Pictures of framed prints."""

from app.demo.drawings.parts import frame, hills
from app.demo.drawings.scene import CREAM, OAK, RUST, Scene, drawing, mix


@drawing("mountains-print")
def mountains() -> Scene:
    s = Scene("mist", (400, 520))
    sky = s.gradient("#f7d9b5", "#f1b49a", "#c98fa0", down=True)
    frame(
        s,
        190,
        220,
        420,
        610,
        OAK,
        f'<rect x="240" y="270" width="330" height="520" fill="{sky}"/>'
        '<circle cx="440" cy="430" r="58" fill="#fff3d8"/>'
        + hills(340, 740, ("#a77b98", "#77638d", "#4c4b78", "#2c3157"), 11, 236),
    )
    return s


@drawing("harbour-print")
def harbour() -> Scene:
    s = Scene("ochre", (400, 520))
    boats = "".join(
        f'<path d="M{x} {y} h{w} l-{w // 5} {w // 4} h-{w * 3 // 5}Z" fill="{c}"/>'
        f'<path d="M{x + w // 2} {y - w} v{w - 4} h{w // 2}Z" fill="{CREAM}"/>'
        f'<path d="M{x + w // 2 - 5} {y - w + 20} v{w - 24} h-{w // 3}Z" '
        f'fill="{mix(c, "#ffffff", 0.5)}"/>'
        for x, y, w, c in (
            (270, 600, 110, RUST),
            (430, 560, 76, "#27366b"),
            (400, 690, 130, "#27366b"),
        )
    )
    frame(
        s,
        190,
        220,
        420,
        610,
        "#2f3550",
        '<rect x="240" y="270" width="330" height="240" '
        f'fill="{s.gradient("#cfe0ea", "#f6e4cf", down=True)}"/>'
        '<circle cx="320" cy="400" r="42" fill="#f2a65a"/>'
        '<rect x="240" y="490" width="330" height="300" '
        f'fill="{s.gradient("#7fa9bf", "#3f6c8c", down=True)}"/>'
        f"{boats}"
        + "".join(
            f'<path d="M{250 + i * 34} {640 + (i % 3) * 52} q14 -10 28 0 t28 0" stroke="#fff" '
            'stroke-opacity=".55" stroke-width="5" fill="none"/>'
            for i in range(8)
        ),
    )
    return s

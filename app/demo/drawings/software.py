"""Pictures of programs, each on a screen."""

from app.demo.drawings.parts import laptop, leaf, lines
from app.demo.drawings.scene import COBALT, INK, Scene, drawing


@drawing("tidepool")
def tidepool() -> Scene:
    s = Scene("sage", (400, 590))
    laptop(
        s,
        "#eaf3f2",
        '<path d="M150 640 q60 -30 120 0 t120 0 t120 0 t140 0 V740 H150Z" fill="#7fb5b5" '
        'opacity=".6"/>'
        '<path d="M150 668 q60 -24 120 0 t120 0 t120 0 t140 0 V740 H150Z" fill="#3f8488"/>'
        '<circle cx="400" cy="548" r="84" fill="none" stroke="#cfe1df" stroke-width="20"/>'
        '<path d="M400 464 A84 84 0 1 1 320 574" fill="none" stroke="#2a6f78" '
        'stroke-width="20" stroke-linecap="round"/>'
        '<rect x="380" y="522" width="13" height="52" rx="6" fill="#2a6f78"/>'
        '<rect x="407" y="522" width="13" height="52" rx="6" fill="#2a6f78"/>',
    )
    return s


@drawing("ledgerleaf")
def ledgerleaf() -> Scene:
    s = Scene("sand", (400, 590))
    bars = "".join(
        f'<rect x="{350 + i * 42}" y="{688 - h}" width="26" height="{h}" rx="6" '
        f'fill="{COBALT if i == 4 else "#b9c5e8"}"/>'
        for i, h in enumerate((60, 96, 78, 128, 170, 110))
    )
    laptop(
        s,
        "#fbfaf6",
        '<rect x="170" y="412" width="130" height="316" fill="#24352f"/>'
        + leaf(200, 470, -45, 62, "#8fc49a")
        + lines(196, 520, (78, 60, 70, 52), 34, "#5f7a6d", 9)
        + lines(340, 446, (120,), 20, INK, 14)
        + lines(340, 476, (190,), 20, "#c9c4b8", 9)
        + bars
        + '<path d="M340 692H610" stroke="#d6d1c6" stroke-width="4"/>',
    )
    return s


@drawing("inkwell")
def inkwell() -> Scene:
    s = Scene("blush", (400, 590))
    laptop(
        s,
        "#fffdf7",
        '<path d="M400 444 q34 52 0 78 q-34 -26 0 -78Z" fill="#2a3fa0"/>'
        + lines(264, 556, (272, 250, 268, 180), 36, "#cfc8ba", 10)
        + '<rect x="452" y="654" width="5" height="30" fill="#2a3fa0"/>',
    )
    return s

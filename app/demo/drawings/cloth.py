"""Pictures of sewn things."""

from app.demo.drawings.parts import sprig
from app.demo.drawings.scene import COBALT, CREAM, INK, LEAF, OAK, RUST, Scene, drawing, mix


@drawing("linen-apron")
def apron() -> Scene:
    s = Scene("sage", (400, 560))
    cloth = "#d9c7aa"
    shade, light = mix(cloth, INK, 0.12), mix(cloth, "#ffffff", 0.3)
    s.add(
        '<g transform="translate(56 16) scale(.86)">'
        f'<rect x="386" y="110" width="28" height="52" rx="14" fill="{OAK}"/>'
        '<path d="M318 306 Q330 150 400 146 Q470 150 482 306" fill="none" '
        f'stroke="{mix(cloth, INK, 0.2)}" stroke-width="16"/>'
        '<path d="M232 480 Q160 540 130 660 M568 480 Q640 540 670 660" fill="none" '
        f'stroke="{mix(cloth, INK, 0.2)}" stroke-width="14" stroke-linecap="round"/>'
        '<path d="M318 300 H482 Q486 420 586 480 L602 880 Q500 908 400 892 Q300 908 198 '
        '880 L214 480 Q314 420 318 300Z" '
        f'fill="{s.gradient(shade, cloth, light, cloth, shade)}"/>'
        '<path d="M290 560 H510 V690 Q510 724 476 724 H324 Q290 724 290 690Z" '
        f'fill="{mix(cloth, INK, 0.06)}" stroke="{RUST}" stroke-width="5" '
        'stroke-dasharray="14 9"/>'
        f'<path d="M400 560 V724" stroke="{RUST}" stroke-width="5" stroke-dasharray="14 9"/>'
        f'<path d="M330 320 H470" stroke="{RUST}" stroke-width="5" stroke-dasharray="14 9"/></g>'
    )
    return s


@drawing("market-tote")
def tote() -> Scene:
    s = Scene("sage", (400, 640))
    s.shadow(400, 838, 210)
    s.add(*sprig(470, 470, 260, 70, LEAF))
    s.add(
        '<path d="M300 470 Q300 270 400 270 Q500 270 500 470" fill="none" stroke="#c9b48f" '
        'stroke-width="24"/>'
        '<path d="M206 450 H594 L612 812 Q612 838 584 838 H216 Q188 838 188 812Z" '
        f'fill="{s.gradient("#d8c5a2", "#f0e4cb", "#e6d6b6", "#cdb88f")}"/>'
        f'<circle cx="400" cy="640" r="104" fill="{COBALT}"/>'
        '<path d="M312 664 q44 -36 88 0 t88 0 v10 q-10 66 -88 70 q-78 -4 -88 -70Z" '
        f'fill="{CREAM}"/>'
        '<circle cx="436" cy="598" r="22" fill="#f2c14e"/>'
    )
    return s


@drawing("winter-cushion")
def cushion() -> Scene:
    s = Scene("blush", (400, 610))
    s.shadow(400, 838, 230)
    wool = "#3f5f5b"
    shape = "M196 432 Q400 470 604 432 Q574 630 608 826 Q400 796 192 826 Q226 630 196 432Z"
    clip = s.clip(f'<path d="{shape}"/>')
    rows = "".join(
        _knit_row(y, CREAM if y in (540, 740) else "#5f827b") for y in range(460, 840, 40)
    )
    stars = "".join(_knit_star(x, 640) for x in (290, 400, 510))
    s.add(
        f'<path d="{shape}" fill="{s.round(wool)}"/>'
        f'<g clip-path="{clip}">{rows}<rect x="180" y="572" width="440" height="136" '
        f'fill="{mix(wool, INK, 0.2)}"/>{stars}</g>'
        f'<path d="{shape}" fill="none" stroke="{mix(wool, INK, 0.4)}" stroke-width="7" '
        'stroke-linejoin="round"/>'
    )
    s.add(*(_tassel(x, y) for x, y in ((196, 432), (604, 432), (192, 826), (608, 826))))
    return s


def _knit_row(y: int, yarn: str) -> str:
    zigzag = " ".join("l14 16 l14 -16" for _ in range(17))
    return f'<path d="M170 {y} {zigzag}" fill="none" stroke="{yarn}" stroke-width="7"/>'


def _knit_star(x: int, y: int) -> str:
    arms = "".join(
        f'<rect x="{x - 6}" y="{y - 46}" width="12" height="92" rx="6" fill="{CREAM}" '
        f'transform="rotate({angle} {x} {y})"/>'
        for angle in (0, 60, 120)
    )
    return f'{arms}<circle cx="{x}" cy="{y}" r="13" fill="{RUST}"/>'


def _tassel(x: int, y: int) -> str:
    return (
        f'<circle cx="{x}" cy="{y}" r="22" fill="{RUST}"/>'
        f'<circle cx="{x - 6}" cy="{y - 6}" r="9" fill="#fff" opacity=".25"/>'
    )

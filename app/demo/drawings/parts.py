"""Parts that several drawings share."""

from app.demo.drawings.scene import CREAM, INK, Scene, mix, seeded


def leaf(x: float, y: float, angle: float, length: float, colour: str) -> str:
    """A leaf that points from (x, y) in the direction of the angle."""
    half, wide = length / 2, length * 0.34
    return (
        f'<path d="M0 0 Q{half:.0f} {-wide:.0f} {length:.0f} 0 Q{half:.0f} {wide:.0f} 0 0Z" '
        f'fill="{colour}" transform="translate({x:.0f} {y:.0f}) rotate({angle:.0f})"/>'
    )


def sprig(x: float, y: float, height: float, lean: float, colour: str) -> list[str]:
    """A stem with pairs of leaves, growing up from (x, y)."""
    shapes = [
        f'<path d="M{x} {y} q{lean * 0.2:.0f} {-height * 0.5:.0f} {lean:.0f} {-height:.0f}" '
        f'stroke="{mix(colour, INK, 0.35)}" stroke-width="6" fill="none" stroke-linecap="round"/>'
    ]
    for step in range(1, 7):
        share = 0.22 + step * 0.125
        sx, sy = x + lean * share * share, y - height * share
        size = 86 - step * 7
        shapes.append(leaf(sx, sy, -38, size, colour))
        shapes.append(leaf(sx, sy, 218, size, mix(colour, "#ffffff", 0.15)))
    return shapes


def frame(scene: Scene, x: float, y: float, w: float, h: float, wood: str, inside: str) -> None:
    """A framed print standing on the table."""
    scene.shadow(x + w / 2 + 14, y + h + 4, w / 2, 18)
    clip = scene.clip(f'<rect x="{x + 58}" y="{y + 58}" width="{w - 116}" height="{h - 116}"/>')
    scene.add(
        f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="4" '
        f'fill="{scene.gradient(wood, mix(wood, INK, 0.18), down=True)}"/>'
        f'<rect x="{x + 20}" y="{y + 20}" width="{w - 40}" height="{h - 40}" fill="{CREAM}"/>'
        f'<g clip-path="{clip}">{inside}</g>'
        f'<path d="M{x + 20} {y + 20}h{w - 40}v{h - 40}" fill="none" stroke="{INK}" '
        'stroke-opacity=".14" stroke-width="6"/>'
    )


def laptop(scene: Scene, screen: str, inside: str) -> None:
    """A program on its screen."""
    scene.shadow(400, 842, 330, 18)
    clip = scene.clip('<rect x="170" y="412" width="460" height="316" rx="8"/>')
    scene.add(
        f'<rect x="150" y="390" width="500" height="368" rx="22" fill="{INK}"/>'
        f'<rect x="170" y="412" width="460" height="316" rx="8" fill="{screen}"/>'
        f'<g clip-path="{clip}">{inside}</g>'
        '<path d="M110 758h580l44 62q4 16-16 16H82q-20 0-16-16Z" '
        f'fill="{scene.gradient("#e7e3dc", "#b9b4ab", down=True)}"/>'
        f'<path d="M330 758h140l10 20H320Z" fill="{INK}" opacity=".18"/>'
    )


def sheet(
    scene: Scene, x: float, y: float, w: float, h: float, angle: float, fill: str, inside: str = ""
) -> None:
    """A flat thing seen from above, lying a little askew."""
    scene.add(
        f'<g transform="rotate({angle} {x + w / 2} {y + h / 2})">'
        f'<rect x="{x + 8}" y="{y + 20}" width="{w}" height="{h}" rx="10" fill="{INK}" '
        'opacity=".3" filter="url(#soft)"/>'
        f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="10" fill="{fill}"/>{inside}</g>'
    )


def lines(
    x: float, y: float, widths: tuple[int, ...], step: int, colour: str, thick: int = 8
) -> str:
    """Bars that stand for writing: no picture needs a font."""
    return "".join(
        f'<rect x="{x}" y="{y + i * step}" width="{w}" height="{thick}" rx="{thick / 2}" '
        f'fill="{colour}"/>'
        for i, w in enumerate(widths)
    )


def hills(width: float, base: float, tones: tuple[str, ...], seed: int, x0: float = 0) -> str:
    """Ranges of hills, the farthest first."""
    rng = seeded(seed)
    shapes = ""
    for i, tone in enumerate(tones):
        y = base - (len(tones) - i) * 62
        points = " ".join(
            f"{x0 + width * k / 7:.0f},{y - rng.randint(0, 70) - k % 2 * 40:.0f}" for k in range(8)
        )
        shapes += (
            f'<polygon points="{x0:.0f},{base + 300:.0f} {points} '
            f'{x0 + width:.0f},{base + 300:.0f}" fill="{tone}"/>'
        )
    return shapes

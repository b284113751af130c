"""The stage every product is drawn on: wall, table, light, and the shapes in paint order."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

FLOOR = 800  # y of the table edge in the 800 x 1000 scene
WALLS = {  # wall top, wall bottom, table
    "sand": ("#f3e9da", "#e9d9c2", "#d9c3a4"),
    "sage": ("#e3eadd", "#cfdcc8", "#b4c6ad"),
    "dusk": ("#e0e4f0", "#c9d1e6", "#aeb9d6"),
    "blush": ("#f6e3dc", "#eccbc0", "#deb1a4"),
    "ochre": ("#f6e6c4", "#eed49d", "#dfbd78"),
    "mist": ("#eceae6", "#dcd9d3", "#c6c1b9"),
    "night": ("#2c3350", "#20253d", "#181c30"),
}
INK, CREAM, COBALT, RUST = "#2b2a33", "#fbf5ea", "#3d55b8", "#bb5a3c"
BRASS, LEAF, OAK = "#c79a4b", "#5f7f5c", "#c4935f"
LAMPLIGHT = "#e9b98a"


def mix(first: str, second: str, share: float) -> str:
    """The colour that lies the given share of the way from the first to the second."""
    pairs = zip(_rgb(first), _rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def seeded(seed: int) -> random.Random:
    """Chance that falls the same way every time."""
    return random.Random(seed)  # noqa: S311 (leaves and stars, not secrets)


@dataclass
class Scene:
    """One drawing: shapes in paint order, and the gradients they use."""

    wall: str = "sand"
    focus: tuple[float, float] = (400, 600)
    defs: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)

    def add(self, *shapes: str) -> None:
        self.shapes.extend(shapes)

    def gradient(self, *colours: str, down: bool = False) -> str:
        """Paint that runs through the colours, from left to right or from top to bottom."""
        name, last = f"g{len(self.defs)}", len(colours) - 1
        end = 'x2="0" y2="1"' if down else 'x2="1" y2="0"'
        stops = "".join(
            f'<stop offset="{i / last}" stop-color="{colour}"/>' for i, colour in enumerate(colours)
        )
        self.defs.append(f'<linearGradient id="{name}" {end}>{stops}</linearGradient>')
        return f"url(#{name})"

    def glow(self, colour: str) -> str:
        """Paint that shines in the middle and fades to nothing."""
        name = f"g{len(self.defs)}"
        self.defs.append(_fading(name, colour, 0.85))
        return f"url(#{name})"

    def clip(self, shape: str) -> str:
        name = f"c{len(self.defs)}"
        self.defs.append(f'<clipPath id="{name}">{shape}</clipPath>')
        return f"url(#{name})"

    def round(self, colour: str) -> str:
        """A gradient that makes a flat shape look turned."""
        dark, bright, deep = (
            mix(colour, INK, 0.16),
            mix(colour, "#ffffff", 0.22),
            mix(colour, INK, 0.26),
        )
        return self.gradient(dark, bright, colour, deep)

    def shadow(self, x: float, y: float, rx: float, ry: float = 16) -> None:
        """The soft dark under a thing that stands."""
        self.add(
            f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{INK}" opacity=".34" '
            'filter="url(#soft)"/>'
        )

    def svg(self, *, zoom: float = 1.0) -> str:
        """The scene by day."""
        return self._svg(self.wall, zoom, _beam(0.26))

    def evening(self) -> str:
        """The same scene after dark, with a lamp behind it so that dark things stand out."""
        x, y = self.focus
        lamp = f'<ellipse cx="{x}" cy="{y - 20}" rx="430" ry="460" fill="url(#lamp)"/>'
        return self._svg("night", 1.0, _beam(0.05) + lamp)

    def _svg(self, wall: str, zoom: float, light: str) -> str:
        width, height = 800 / zoom, 1000 / zoom
        left = min(max(self.focus[0] - width / 2, 0), 800 - width)
        up = min(max(self.focus[1] - height / 2, 0), 1000 - height)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" width="960" height="1200" '
            f'viewBox="{left:.1f} {up:.1f} {width:.1f} {height:.1f}">'
            f"<defs>{_stage(*WALLS[wall])}{''.join(self.defs)}</defs>"
            '<rect width="800" height="1000" fill="url(#wall)"/>'
            f'<rect y="{FLOOR}" width="800" height="{1000 - FLOOR}" fill="url(#table)"/>'
            f"{light}{''.join(self.shapes)}</svg>"
        )


def _stage(top: str, bottom: str, table: str) -> str:
    def stops(*colours: str) -> str:
        return f'<stop stop-color="{colours[0]}"/><stop offset="1" stop-color="{colours[1]}"/>'

    return (
        f'<linearGradient id="wall" x2="0" y2="1">{stops(top, bottom)}</linearGradient>'
        f'<linearGradient id="table" x2="0" y2="1">{stops(table, mix(table, INK, 0.1))}'
        "</linearGradient>"
        '<filter id="soft" x="-50%" y="-200%" width="200%" height="500%">'
        '<feGaussianBlur stdDeviation="14"/></filter>'
        '<linearGradient id="light"><stop stop-color="#fff" stop-opacity="0"/>'
        '<stop offset=".5" stop-color="#fff"/>'
        '<stop offset="1" stop-color="#fff" stop-opacity="0"/></linearGradient>'
        + _fading("lamp", LAMPLIGHT, 0.5)
    )


def _fading(name: str, colour: str, strength: float) -> str:
    return (
        f'<radialGradient id="{name}">'
        f'<stop offset="0" stop-color="{colour}" stop-opacity="{strength}"/>'
        f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
    )


def _beam(strength: float) -> str:
    path = f"M-60 0 300 0 760 {FLOOR} 120 {FLOOR}Z"
    return f'<path d="{path}" fill="url(#light)" opacity="{strength}"/>'


DRAWINGS: dict[str, Callable[[], Scene]] = {}


def drawing(slug: str) -> Callable[[Callable[[], Scene]], Callable[[], Scene]]:
    """Register the function that draws this picture."""

    def register(draw: Callable[[], Scene]) -> Callable[[], Scene]:
        DRAWINGS[slug] = draw
        return draw

    return register

"""Pictures of what stands or lies in a living room."""

from app.demo.drawings.parts import lines, sprig
from app.demo.drawings.scene import BRASS, COBALT, CREAM, INK, LEAF, OAK, RUST, Scene, drawing, mix


@drawing("cedar-candle")
def candle() -> Scene:
    s = Scene("ochre", (400, 620))
    s.shadow(408, 838, 160)
    s.add(
        f'<circle cx="400" cy="470" r="250" fill="{s.glow("#fff2c4")}"/>'
        '<path d="M400 408 q44 62 0 96 q-44 -34 0 -96Z" fill="#f4a63a"/>'
        '<path d="M400 448 q20 34 0 54 q-20 -20 0 -54Z" fill="#fff3cf"/>'
        f'<rect x="397" y="500" width="6" height="46" fill="{INK}"/>'
        f'<rect x="276" y="520" width="248" height="318" rx="26" fill="{s.round("#8a4f38")}"/>'
        f'<ellipse cx="400" cy="536" rx="116" ry="22" fill="#f3e3c8"/>'
        f'<rect x="316" y="620" width="168" height="150" rx="6" fill="{CREAM}"/>'
        f'<path d="M400 642 l34 52 h-18 l26 40 h-84 l26 -40 h-18Z" fill="{LEAF}"/>'
        + lines(352, 746, (96,), 12, mix(INK, CREAM, 0.4), 6)
    )
    return s


@drawing("halo-lamp")
def lamp() -> Scene:
    s = Scene("dusk", (400, 500))
    s.shadow(400, 838, 150)
    s.add(
        f'<ellipse cx="400" cy="560" rx="330" ry="290" fill="{s.glow("#fff1c2")}"/>',
        f'<rect x="389" y="430" width="22" height="390" fill="{s.round(BRASS)}"/>'
        f'<ellipse cx="400" cy="826" rx="120" ry="20" fill="{s.round(BRASS)}"/>'
        f'<path d="M196 446 Q206 236 400 232 Q594 236 604 446Z" fill="{s.round("#f0d9c2")}"/>'
        '<ellipse cx="400" cy="446" rx="204" ry="32" fill="#fff3d1"/>'
        '<ellipse cx="400" cy="450" rx="70" ry="13" fill="#fff"/>'
        f'<rect x="386" y="202" width="28" height="34" rx="10" fill="{BRASS}"/>',
    )
    return s


@drawing("slow-clock")
def clock() -> Scene:
    s = Scene("sand", (400, 440))
    ticks = "".join(
        f'<rect x="396" y="212" width="8" height="{38 if i % 3 == 0 else 20}" rx="4" '
        f'fill="{INK}" transform="rotate({i * 30} 400 440)"/>'
        for i in range(12)
    )
    s.add(
        f'<circle cx="412" cy="464" r="262" fill="{INK}" opacity=".35" filter="url(#soft)"/>'
        f'<circle cx="400" cy="440" r="266" fill="{s.gradient(OAK, mix(OAK, INK, 0.3))}"/>'
        f'<circle cx="400" cy="440" r="242" fill="{CREAM}"/>{ticks}'
        f'<rect x="391" y="296" width="18" height="164" rx="9" fill="{INK}" '
        'transform="rotate(304 400 440)"/>'
        f'<rect x="394" y="246" width="12" height="214" rx="6" fill="{INK}" '
        'transform="rotate(50 400 440)"/>'
        f'<rect x="398" y="250" width="4" height="240" fill="{RUST}" transform="rotate(170 '
        '400 440)"/>'
        f'<circle cx="400" cy="440" r="16" fill="{RUST}"/>'
    )
    return s


@drawing("clay-vase")
def vase() -> Scene:
    s = Scene("blush", (400, 640))
    s.add(
        *sprig(388, 560, 420, -120, LEAF),
        *sprig(410, 560, 470, 90, mix(LEAF, COBALT, 0.25)),
        *sprig(400, 560, 330, 200, mix(LEAF, BRASS, 0.4)),
    )
    s.shadow(408, 838, 150)
    s.add(
        '<path d="M352 540 H448 Q452 600 520 660 Q566 720 540 790 Q524 838 470 838 H330 '
        f'Q276 838 260 790 Q234 720 280 660 Q348 600 352 540Z" fill="{s.round("#c77d5c")}"/>'
        f'<ellipse cx="400" cy="540" rx="48" ry="12" fill="#8f5138"/>'
        '<path d="M262 716 Q400 760 538 716 M268 744 Q400 788 533 744" fill="none" '
        f'stroke="{CREAM}" stroke-opacity=".7" stroke-width="6"/>'
    )
    return s


@drawing("harbour-blanket")
def blanket() -> Scene:
    s = Scene("dusk", (400, 690))
    s.shadow(400, 840, 280)
    for i, (tone, y) in enumerate((("#33457e", 738), ("#f2ead9", 642), ("#33457e", 546))):
        bright, deep = mix(tone, "#ffffff", 0.16), mix(tone, INK, 0.22)
        s.add(
            f'<rect x="{140 + i * 8}" y="{y}" width="{520 - i * 16}" height="104" rx="50" '
            f'fill="{s.gradient(bright, tone, deep, down=True)}"/>'
        )
        stripe = CREAM if tone != "#f2ead9" else RUST
        s.add(
            "".join(
                f'<rect x="{x}" y="{y + 2}" width="16" height="100" fill="{stripe}" opacity=".85"/>'
                for x in (520, 550, 580)
            )
        )
    return s

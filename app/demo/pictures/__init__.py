"""Where the demo's pictures lie and what they are called."""

from pathlib import Path

FOLDER = Path(__file__).parent
WIDTHS = (320, 640, 960)
VIEWS = {"front": "on the table", "detail": "close up", "evening": "in the evening"}


def file_name(stem: str, width: int) -> str:
    """The name of one picture, such as dusk-mug-front-640.webp for dusk-mug-front."""
    return f"{stem}-{width}.webp"

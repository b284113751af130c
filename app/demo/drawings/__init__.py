"""The demo's pictures as drawings: importing this package registers all of them."""

from app.demo.drawings import (
    cloth,
    desk,
    downloads,
    kitchen,
    living,
    personal,
    prints,
    software,
)
from app.demo.drawings.scene import DRAWINGS, Scene

__all__ = [
    "DRAWINGS",
    "Scene",
    "cloth",
    "desk",
    "downloads",
    "kitchen",
    "living",
    "personal",
    "prints",
    "software",
]

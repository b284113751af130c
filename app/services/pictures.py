"""Pictures of products: whatever staff upload becomes WebP in three widths."""

import io
import secrets
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session

from app import audit, plugins
from app.db import transaction
from app.errors import ShopError, UnknownProduct
from app.models import Picture, Product

WIDTHS = (320, 640, 960)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LARGEST_SIDE = 12_000
MOST_PIXELS = 60_000_000
QUALITY = 82


class NotAPicture(ShopError):
    """A file that is no picture, or one that would fill the memory."""

    status_code = 422


def add(product_id: int, content: BinaryIO, *, alt: str, actor: str) -> None:
    """Re-encode a picture, keep it, and show it after the others."""
    image = _read(content)
    stem = f"p{product_id}-{secrets.token_hex(8)}"
    for width in WIDTHS:
        plugins.storage().put(f"pictures/{stem}-{width}.webp", _encode(image, width))
    with transaction() as session:
        product = _lock(session, product_id)
        position = max((p.position for p in product.pictures), default=-1) + 1
        picture = Picture(stem=stem, alt=alt[:300], position=position)
        product.pictures.append(picture)
        session.flush()
        _tell(product, actor, before={}, after={"picture": alt or stem})


def describe(product_id: int, picture_id: int, *, alt: str, actor: str) -> None:
    """Say what a picture shows, for those who cannot see it."""
    with transaction() as session:
        product = _lock(session, product_id)
        picture = _find(product, picture_id)
        before, picture.alt = picture.alt, alt.replace("\x00", "").strip()[:300]
        _tell(product, actor, before={"picture": before}, after={"picture": picture.alt})


def put_first(product_id: int, picture_id: int, *, actor: str) -> None:
    """The first picture stands for the product in lists."""
    with transaction() as session:
        product = _lock(session, product_id)
        first = _find(product, picture_id)
        others = [p for p in product.pictures if p is not first]
        for position, picture in enumerate([first, *others]):
            picture.position = position
        _tell(product, actor, before={}, after={"first_picture": first.alt or first.stem})


def remove(product_id: int, picture_id: int, *, actor: str) -> None:
    """Take a picture off the product. Its files stay: mails and caches may still show them."""
    with transaction() as session:
        product = _lock(session, product_id)
        picture = _find(product, picture_id)
        product.pictures.remove(picture)
        _tell(
            product, actor, before={"picture": picture.alt or picture.stem}, after={"picture": ""}
        )


def _read(content: BinaryIO) -> Image.Image:
    """The picture upright and without what its camera wrote into it."""
    try:
        image = Image.open(content, formats=FORMATS)
        width, height = image.size
        if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
            raise NotAPicture("This picture is too large: at most 12,000 pixels wide, please.")
        image.load()
        upright = ImageOps.exif_transpose(image) or image
        return upright.convert("RGBA" if "A" in upright.getbands() else "RGB")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
    ) as error:
        raise NotAPicture(
            "This file is no picture we can read: JPEG, PNG, WebP or GIF, please."
        ) from error


def _encode(image: Image.Image, width: int) -> BinaryIO:
    """As WebP, no wider than that and never blown up."""
    sized = image.copy()
    sized.thumbnail((width, LARGEST_SIDE), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    sized.save(content, "WEBP", quality=QUALITY, method=4)
    content.seek(0)
    return content


def _lock(session: Session, product_id: int) -> Product:
    product = session.get(
        Product, product_id, with_for_update={"of": Product}, populate_existing=True
    )
    if product is None:
        raise UnknownProduct("This product is not in the catalog any more.")
    session.expire(product, ["pictures"])
    return product


def _find(product: Product, picture_id: int) -> Picture:
    for picture in product.pictures:
        if picture.id == picture_id:
            return picture
    raise ShopError("Somebody removed this picture meanwhile. Nothing was changed.")


def _tell(
    product: Product, actor: str, *, before: dict[str, object], after: dict[str, object]
) -> None:
    audit.record("changed", product, actor=actor, before=before, after=after)

"""Where files live: product pictures, and what customers paid for."""

import os
import secrets
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from app import settings
from config import ROOT


class Storage(Protocol):
    def save(self, name: str, content: BinaryIO) -> str:
        """Keep a file; returns the key under which it is found again."""

    def put(self, key: str, content: BinaryIO) -> None:
        """Keep a file under a key that somebody chose, such as `pictures/mug-640.webp`."""

    def open(self, key: str) -> BinaryIO:
        """Read a file; FileNotFoundError if there is none."""

    def delete(self, key: str) -> None:
        """Forget a file; one that is not there is fine."""

    def url(self, key: str) -> str | None:
        """A short-lived address of its own, or None if the shop must send the file itself."""


class Local:
    """A folder on this machine, VAR_FOLDER/files or `app.plugins.storage:Local folder=/srv/files`."""

    def __init__(self, folder: str = "") -> None:
        self._given = folder

    @property
    def _folder(self) -> Path:
        return ROOT / self._given if self._given else settings.current().var_folder / "files"

    def save(self, name: str, content: BinaryIO) -> str:
        suffix = PurePosixPath(name).suffix.lower()[:10]
        key = secrets.token_urlsafe(16) + suffix
        self.put(key, content)
        return key

    def put(self, key: str, content: BinaryIO) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.part")
        with unfinished.open("wb") as file:
            while chunk := content.read(1 << 20):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def url(self, key: str) -> str | None:
        return None

    def _path(self, key: str) -> Path:
        path = (self._folder / key).resolve()
        if self._folder.resolve() not in path.parents:
            raise FileNotFoundError(key)
        return path

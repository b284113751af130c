"""Parameters that notice whether anybody reads them."""

from collections.abc import Iterator
from typing import Any


class Watched(dict[str, Any]):
    """A hash that remembers which of its keys were asked for, given or not."""

    def __init__(self, given: dict[str, Any], read: set[str]) -> None:
        super().__init__(given)
        self.read = read

    def get(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        self.read.add(key)
        return super().pop(key, *default)

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)

    def items(self) -> Any:
        self.read.add("*")
        return super().items()

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()

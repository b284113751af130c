"""The objects of the API, one file each; `load()` registers their calls."""

import pkgutil
from importlib import import_module


def load() -> None:
    """Import every file here once."""
    for found in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{found.name}")

"""Mermaid itself, as its authors publish it: one file from npm, kept under .cache."""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path

from tests.needs import missing

VERSION = "12.3.0"
SHA256 = "336df803d87a38b70a01e736e666c8f7601d2ce42f5e47c8fafe5d721074b9a3"
INSIDE = "package/dist/mermaid.min.js"
CACHE = Path(__file__).parents[1] / ".cache"


@cache
def script() -> Path:
    """The file to load into a page; fetched once, and never another one than this."""
    kept = CACHE / f"mermaid-{VERSION}.min.js"
    if not kept.exists():
        _fetch(kept)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == SHA256, kept
    return kept


def _fetch(kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        missing("Node.js with npm is not installed, so Mermaid cannot judge the diagrams")
    kept.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        command = [npm, "pack", "--silent", f"mermaid@{VERSION}"]
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, capture_output=True, text=True, timeout=300
        )
        if done.returncode:
            missing(f"npm could not fetch mermaid {VERSION}")
        with tarfile.open(Path(folder) / done.stdout.strip()) as packed:
            inside = packed.extractfile(INSIDE)
            assert inside
            fresh = Path(folder) / kept.name
            fresh.write_bytes(inside.read())
        fresh.replace(kept)

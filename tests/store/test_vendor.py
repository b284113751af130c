import hashlib
import json
from pathlib import Path

import app

STATIC = Path(app.__file__).parent / "static"
LISTED = json.loads((STATIC / "vendor.json").read_text())


def test_vendored_files_are_what_was_listed():
    for name, entry in LISTED.items():
        content = (STATIC / "vendor" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], name
        assert entry["version"] in name


def test_every_vendored_file_is_listed_and_has_its_licence():
    files = {path.name for path in (STATIC / "vendor").iterdir()}
    licences = {name for name in files if name.endswith(".LICENSE")}

    assert files - licences == set(LISTED)
    for name in LISTED:
        assert any(name.startswith(licence.removesuffix(".LICENSE")) for licence in licences), name

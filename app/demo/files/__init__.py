"""Where the files of the demo's downloads lie."""

from pathlib import Path

FOLDER = Path(__file__).parent

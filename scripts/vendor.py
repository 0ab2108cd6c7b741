"""Fetch what the browser needs from npm and commit the result: run by hand, never at build time.

    python scripts/vendor.py

Writes web/static/vendor (htmx), web/static/fonts (Golos Text), web/static/icons.svg (cut from Lucide)
and web/static/vendor/manifest.json with the version and SHA-256 of every file that came from outside.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "web" / "static"

HTMX = "htmx.org@4.0.1"
FONT = "@fontsource-variable/golos-text@5.3.0"
ICONS = "lucide-static@1.62.0"

FILES = {
    HTMX: {"dist/htmx.min.js": "vendor/htmx.min.js", "LICENSE": "vendor/htmx.LICENSE"},
    FONT: {
        "files/golos-text-cyrillic-wght-normal.woff2": "fonts/golos-text-cyrillic.woff2",
        "files/golos-text-latin-wght-normal.woff2": "fonts/golos-text-latin.woff2",
        "files/golos-text-cyrillic-ext-wght-normal.woff2": "fonts/golos-text-cyrillic-ext.woff2",
        "files/golos-text-latin-ext-wght-normal.woff2": "fonts/golos-text-latin-ext.woff2",
        "LICENSE": "fonts/golos-text.LICENSE",
    },
    ICONS: {"LICENSE": "vendor/lucide.LICENSE"},
}

ICON_NAMES = Path(__file__).with_name("icons.txt")  # one a line; add what a screen needs

MANIFEST = STATIC / "vendor" / "manifest.json"


def unpack(package: str, folder: Path) -> Path:
    """The folder with the package's own files, as published."""
    packed = subprocess.run(  # noqa: S603
        ["npm", "pack", "--silent", "--pack-destination", str(folder), package],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    )
    with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder / "out", filter="data")
    return folder / "out" / "package"


def symbol(name: str, svg: str) -> str:
    inner = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if inner is None:
        raise SystemExit(f"{name}: not an SVG")
    shapes = " ".join(inner.group(1).split())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def sprite(icons: Path) -> str:
    symbols = [symbol(name, (icons / f"{name}.svg").read_text()) for name in ICON_NAMES.read_text().split()]
    note = f"<!-- Lucide {ICONS.rpartition('@')[2]}, ISC, see vendor/lucide.LICENSE -->"
    return "\n".join([note, '<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


def fetch(package: str) -> dict[str, str]:
    """Copy one package's files into web/static; their names and digests."""
    digests = {}
    with tempfile.TemporaryDirectory() as folder:
        source = unpack(package, Path(folder))
        for inside, target in FILES[package].items():
            content = (source / inside).read_bytes()
            (STATIC / target).write_bytes(content)
            digests[target] = hashlib.sha256(content).hexdigest()
        if package == ICONS:
            text = sprite(source / "icons")
            (STATIC / "icons.svg").write_text(text)
            digests["icons.svg"] = hashlib.sha256(text.encode()).hexdigest()
    return digests


def main() -> None:
    manifest = {package: fetch(package) for package in FILES}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""What the browser is given: as light as promised, and as it came from where it came."""

import gzip
import hashlib
import json
import re

import pytest

from web.assets import STATIC
from web.render import TEMPLATE_FOLDER

MOST_JAVASCRIPT = 60_000  # bytes, gzipped, all of it together that our own people load
MOST_FOR_VISITORS = 5_000
FOR_VISITORS = "embed.js"


def test_all_scripts_together_stay_light():
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in STATIC.rglob("*.js")}
    assert sizes.pop(FOR_VISITORS) < MOST_FOR_VISITORS
    assert sum(sizes.values()) < MOST_JAVASCRIPT, sizes


MANIFEST = json.loads((STATIC / "vendor" / "manifest.json").read_text())


@pytest.mark.parametrize("package", MANIFEST)
def test_what_came_from_outside_is_unchanged(package):
    for name, digest in MANIFEST[package].items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name


def test_every_package_has_its_exact_version_and_licence():
    for package, files in MANIFEST.items():
        assert re.search(r"@\d+\.\d+\.\d+$", package)
        assert any(name.endswith("LICENSE") for name in files), package


def test_every_icon_a_template_names_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    for template in TEMPLATE_FOLDER.rglob("*.html"):
        named = set(re.findall(r"""\bicon\(["']([\w-]+)["']""", template.read_text()))
        assert named <= known, f"{template.name}: {named - known}"


def test_no_script_needs_what_the_policy_forbids():
    for script in [*STATIC.glob("js/**/*.js"), *TEMPLATE_FOLDER.rglob("*.html")]:
        text = script.read_text()
        assert not re.search(r"\beval\(|new Function|\.style\.cssText|setAttribute\(.style", text), script
        assert not re.search(r"\shx-on|\sstyle=\"", text), script

"""The documents speak of what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
TREE = (ROOT / "docs" / "architecture.md").read_text().rpartition("```\nintake/")[2]
WORKS = ("intake", "storage", "web", "scripts", "tests")


def files(*folders: str) -> set[str]:
    return {path.name for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(document: Path):
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert missing == []


def test_every_file_in_the_picture_of_the_tree_is_there():
    named = set(re.findall(r"[a-z0-9_]+\.(?:py|sh|txt|md|html|css|po)\b", TREE))
    assert named - files(*WORKS, "docs") == set()

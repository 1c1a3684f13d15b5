"""Writes docs/guides/ from the guides inside the application, a folder a language."""

import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from aidtrack.help import guides, pictures

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "guides"


def main() -> None:
    shutil.rmtree(DOCS, ignore_errors=True)
    for language in sorted(path.name for path in guides.FOLDER.iterdir()):
        folder = DOCS / language
        folder.mkdir(parents=True)
        shelf = []
        for name in guides.NAMES:
            text, _language = guides.source(name, language)
            (folder / f"{name}.md").write_text(with_pictures(text, language), "utf-8")
            shelf.append(f"- [{text.splitlines()[0].removeprefix('# ')}]({name}.md)")
        (folder / "README.md").write_text("# AidTrack\n\n" + "\n".join(shelf) + "\n", "utf-8")


def with_pictures(text: str, language: str) -> str:
    """The guide as it reads beside the files of the tree."""

    def lead(found: re.Match[str]) -> str:
        path = pictures.path_of(found[2], language)
        return f"![{found[1]}](../../../aidtrack/static/{path})"

    return re.sub(r"!\[([^\]]*)\]\(([a-z-]+)\)", lead, text)


if __name__ == "__main__":
    main()

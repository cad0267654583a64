"""Make the pictures of this folder from the example board: `.venv/bin/python docs/screens/make.py`.

Needs Chromium. The example's site is built in a temporary folder first.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
SHOTS = [
    ("board", "board", 1440, 900, "light"),
    ("board-dark", "board", 1440, 900, "dark"),
    ("board-phone", "board", 390, 844, "light"),
    ("flow", "flow", 1440, 1180, "light"),
    ("flow-dark", "flow", 1440, 1180, "dark"),
    ("ageing", "ageing", 1440, 900, "light"),
    ("item", "item/OPS-T891", 1440, 1000, "light"),
    ("item-phone-dark", "item/OPS-T891", 390, 844, "dark"),
    ("dependencies", "dependencies", 1440, 900, "light"),
    ("capacity", "capacity", 1440, 1180, "light"),
    ("skills", "skills", 1440, 1000, "light"),
    ("roadmap", "roadmap", 1440, 1180, "light"),
    ("services", "services", 1440, 1000, "light"),
    ("rules", "rules", 1440, 900, "light"),
    ("activity", "activity", 1440, 900, "light"),
    ("find", "find", 1440, 900, "light"),
    ("status", "status", 1440, 1180, "light"),
    ("status-phone", "status", 390, 844, "light"),
    ("data", "data", 1440, 900, "light"),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        demo = Path(scratch, "demo")
        opsflow = Path(sys.executable).with_name("opsflow")
        subprocess.run([opsflow, "demo", demo], check=True, stdout=subprocess.DEVNULL)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            for shot in SHOTS:
                take(browser, demo / "site", *shot)
            browser.close()


def take(browser: Browser, site: Path, name: str, page: str, width: int, height: int, scheme: str) -> None:
    view = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    view.goto((site / f"{page}.html").as_uri())
    view.screenshot(path=HERE / f"{name}.png")
    view.close()


if __name__ == "__main__":
    main()

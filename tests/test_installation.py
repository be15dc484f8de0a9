"""What pip installs works by itself, with all that it needs beside the code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PARTS = ("app", "adapters", "domain", "resources")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which Shipslog was installed from a copy of the checkout."""
    source, site = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("site")
    for part in PARTS:
        left = shutil.ignore_patterns("__pycache__")
        shutil.copytree(TOP / part, source / part, ignore=left)
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(TOP / file, source / file)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*command, "--target", str(site), str(source)], check=True)
    return site


def run(site: Path, *words: str) -> str:
    """What a program prints that knows the installed code alone; its home is empty."""
    home = site / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, *words],
        cwd=home,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(site), "HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_packages_are_those_of_the_checkout_and_no_tests(site: Path) -> None:
    found = {folder.name for folder in site.iterdir() if folder.is_dir()}
    assert set(PARTS) <= found
    assert "tests" not in found
    printed = run(site, "-c", "import app, adapters, domain, resources; print(app.__file__)")
    assert printed.strip() == str(site / "app" / "__init__.py")


def test_everything_beside_the_code_is_there(site: Path) -> None:
    wanted = {file.relative_to(TOP) for file in (TOP / "resources").rglob("*.*")}
    wanted = {file for file in wanted if "__pycache__" not in file.parts}
    assert {file for file in wanted if not (site / file).is_file()} == set()


def test_its_commands_answer_from_the_sample_and_write_a_report(site: Path) -> None:
    sample = str(site / "resources" / "sample" / "week.db")
    assert run(site, "-m", "app.cli", "--version").startswith("shipslog ")
    assert "shop/web" in run(site, "-m", "app.cli", "--store", sample, "versions")
    report = site / "home" / "week.html"
    command = ("--store", sample, "report", "--format", "html", "-o", str(report))
    run(site, "-m", "app.cli", *command)
    assert "<style>" in report.read_text()


def test_the_installed_script_runs(site: Path) -> None:
    assert run(site, str(site / "bin" / "shipslog"), "--version").startswith("shipslog ")

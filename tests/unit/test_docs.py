"""README and docs tell the truth of today."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from aggregator.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = README + "".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs").glob("*.md"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement)[0].lower()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_told_of(command: str) -> None:
    assert re.search(rf"aggregator {command}\b|`{command}\b", DOCS), command


def test_every_dependency_has_its_reason_in_readme() -> None:
    extras = PROJECT["optional-dependencies"].values()
    wanted = {name_of(each) for group in (PROJECT["dependencies"], *extras) for each in group}
    table = "\n".join(line.lower() for line in README.splitlines() if line.startswith("|"))
    assert [name for name in sorted(wanted) if not re.search(rf"\b{name}\b", table)] == []


@pytest.mark.parametrize("mark", ["demo-command", "test-command"])
def test_ci_finds_readmes_commands(mark: str) -> None:
    [block] = re.findall(rf"<!-- {mark} -->\n```sh\n(.*?)\n```", README, re.DOTALL)
    assert block.startswith("python3 -m venv .venv && ")
    assert "\n" not in block, "one command"
    assert mark in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_links_between_the_docs_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_locks_hold_every_dependency_with_its_hash() -> None:
    for lock in ("requirements.lock", "tests/requirements.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8").lower()
        for requirement in PROJECT["dependencies"]:
            pinned = rf"^{name_of(requirement)}==\S+.*\\\n\s+--hash=sha256:"
            assert re.search(pinned, text, re.MULTILINE), (lock, requirement)


def test_the_top_level_is_the_owners() -> None:
    allowed = {
        *("pyproject.toml", "README.md", "seeds", "aggregator", "config", "tests", "docs"),
        *("LICENSE", "requirements.lock", "CHANGELOG.md", "Dockerfile", "compose.yaml"),
    }
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - allowed - {"build", "dist", "aggregator.egg-info"} == set()


def test_systemd_takes_the_unit_as_it_is_printed(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    running = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    [unit] = re.findall(r"```ini\n(.*?)```", running, re.DOTALL)
    file = tmp_path / "aggregator.service"
    # Only the program is not where the unit says.
    file.write_text(re.sub(r"(?m)^(ExecStart=)\S+", rf"\g<1>{sys.executable}", unit))
    command = ["systemd-analyze", "verify", str(file)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")

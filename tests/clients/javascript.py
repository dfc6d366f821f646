# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finds Node.js and installs the AWS SDK for JavaScript into the build folder, once."""

import fcntl
import filecmp
import os
import shutil
import subprocess
from typing import Iterator, List

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "js")
TARGET = os.environ["KVS_JAVASCRIPT"]
PROGRAM = os.path.join(SOURCE, "client.mjs")
PACKAGES = ("package.json", "package-lock.json")
DONE = "installed"
MIN_NODE = 18
# Where Debian's packages are when something older stands before them on PATH.
DEBIAN_PATH = "/usr/bin"


def _find_nodes() -> Iterator[str]:
    for path in (None, DEBIAN_PATH):
        node = shutil.which("node", path=path)
        if node is not None:
            yield node


def _is_new_enough(node: str) -> bool:
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    return int(version.stdout.lstrip("v").partition(".")[0]) >= MIN_NODE


def _find_node() -> str:
    for node in _find_nodes():
        if _is_new_enough(node):
            return node
    raise RuntimeError(f"Node.js {MIN_NODE} or newer is needed: install Debian's nodejs and npm")


def _is_installed() -> bool:
    return os.path.exists(os.path.join(TARGET, DONE)) and all(
        filecmp.cmp(os.path.join(SOURCE, name), os.path.join(TARGET, name), shallow=False)
        for name in PACKAGES
    )


def _install() -> None:
    for name in PACKAGES:
        shutil.copy(os.path.join(SOURCE, name), TARGET)
    subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=TARGET,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with open(os.path.join(TARGET, DONE), "w", encoding="utf-8"):
        pass


def _replace(program: str, installed: str) -> None:
    """Copies a program in one step: a Node.js of another test may be about to read it."""
    shutil.copy(program, f"{installed}.new")
    os.replace(f"{installed}.new", installed)


def prepare(program: str = PROGRAM) -> List[str]:
    """Installs what is missing, and returns the command that runs a program with the SDK."""
    os.makedirs(TARGET, exist_ok=True)
    installed = os.path.join(TARGET, os.path.basename(program))
    with open(os.path.join(TARGET, "lock"), "w", encoding="utf-8") as lock:
        # Tests run at the same time.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed():
            _install()
        # Node.js looks for the SDK beside the program.
        _replace(program, installed)
    return [_find_node(), installed]

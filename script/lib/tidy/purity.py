"""Purity is linked, not promised: what the core and the activities call, according to nm."""

import glob
import os
import subprocess

from . import table


def symbols(archive, *options):
    """The names that nm prints for an archive."""
    output = subprocess.run(
        ["nm", "-j", *options, archive], check=True, capture_output=True, text=True
    ).stdout
    return {line for line in output.split("\n") if line and not line.endswith(":")}


def strangers(undefined, defined):
    """Undefined symbols that are neither ours nor on the short list."""
    return undefined - defined - table.PURE_SYMBOLS - table.COMPILER_SYMBOLS - table.SEAMS


def find_archive(build, floor):
    found = glob.glob(os.path.join(build, "server", floor, f"lib{floor}.a"))
    if not found:
        raise FileNotFoundError(f"{build} holds no archive of {floor}; build first")
    return found[0]


def check(build):
    """Yields (archive, 0, what is wrong)."""
    for floor, known in table.PURE_ARCHIVES.items():
        defined = set()
        for each in known:
            defined |= symbols(find_archive(build, each), "--defined-only")
        archive = find_archive(build, floor)
        for name in sorted(strangers(symbols(archive, "-u"), defined)):
            yield os.path.relpath(archive, build), 0, f"{floor} calls {name}, which is not pure"

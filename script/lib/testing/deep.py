"""script/test --deep: sanitizers, both compilers without a warning, and the analysers."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

from . import sections
from .run import ROOT, first_of, quiet, run
from .tally import Tally

SANITIZER_ENV = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1:detect_leaks=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
    "LSAN_OPTIONS": "suppressions=" + os.path.join(ROOT, "tests", "leaks.supp"),
}
STRETCH = 4  # an instrumented program is about this much slower


def build(name, *options, compiler="gcc", targets=()):
    """Configure and build in a folder of its own; returns (folder, Result)."""
    folder = os.path.join(ROOT, "build-" + name)
    env = {"CC": compiler}
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        result = quiet(["meson", "setup", folder, *options], env=env)
        if result.code != 0:
            return folder, result
    return folder, quiet(["meson", "compile", "-C", folder, *targets], env=env, seconds=1200)


def sanitized():
    """Unit, laws, simulation and stories under the address and undefined-behaviour sanitizers."""
    folder, result = build("asan", "-Db_sanitize=address,undefined", "-Db_lundef=false")
    tally = sections.step("build with address and undefined sanitizers", result)
    if result.code != 0:
        return tally
    suites = (*sections.UNIT_AREAS, "laws", "simulation")
    tally += sections.meson(folder, "asan", suites, env=SANITIZER_ENV, stretch=STRETCH)
    os.environ.update(SANITIZER_ENV)
    return tally + sections.node_tests(
        "tests/integration", (), folder, slow=True, seconds=1200, at_once=2)


def threads():
    """The journal, whose thread is the only one, under the thread sanitizer."""
    folder, result = build("tsan", "-Db_sanitize=thread", "-Db_lundef=false")
    tally = sections.step("build with the thread sanitizer", result)
    if result.code != 0:
        return tally
    # It cannot work under the address randomisation of newer kernels.
    fixed = ("setarch", "-R") if quiet_ok(["setarch", "-R", "true"]) else ()
    return tally + sections.meson(
        folder, "tsan", ("journal",), env=SANITIZER_ENV, stretch=STRETCH, wrap=fixed)


def quiet_ok(command):
    return first_of(command[0]) is not None and run(command, show=False).code == 0


def warnings():
    """Both compilers, every warning an error."""
    _, gcc = build("gcc", "-Dwerror=true")
    _, clang = build("clang", "-Dwerror=true", compiler="clang")
    return (sections.step("gcc without a warning", gcc)
            + sections.step("clang without a warning", clang))


def analysed_files():
    """The server's own sources in the compilation database of the clang build."""
    database = os.path.join(ROOT, "build-clang", "compile_commands.json")
    if not os.path.exists(database):
        return []
    with open(database, encoding="utf-8") as file:
        entries = json.load(file)
    paths = {os.path.normpath(os.path.join(each["directory"], each["file"])) for each in entries}
    return sorted(path for path in paths if path.startswith(os.path.join(ROOT, "server") + os.sep))


def clang_tidy():
    files = analysed_files()
    if not files:
        print("  nothing to analyse: the clang build failed")
        return Tally(failed=1)

    def look(path):
        command = ["clang-tidy", "--quiet", "-p", os.path.join(ROOT, "build-clang"), path]
        return path, run(command, show=False, seconds=300)

    tally = Tally()
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for path, result in pool.map(look, files):
            if result.code == 0:
                tally += Tally(passed=1)
                continue
            tally += Tally(failed=1)
            print(f"  not ok - {os.path.relpath(path, ROOT)}")
            print("\n".join("    " + line for line in result.output.split("\n")[:40]))
    print(f"  {len(files)} files")
    return tally


def cppcheck():
    command = [
        "cppcheck", "--quiet", "--std=c11", "--enable=warning,performance,portability",
        "--inline-suppr", "--error-exitcode=1", "--library=posix", "-I", "server", "-j2",
        "--suppressions-list=tests/cppcheck.supp", "server",
    ]
    return sections.step("cppcheck", quiet(command))


def fuzz():
    """Twenty seconds for each target: enough to find what a change of a decoder broke."""
    return sections.step("invented bytes", run(["script/fuzz", "20"], seconds=600))


def layout():
    """Every C file as .clang-format lays it out; script/tidy --format makes it so."""
    listed = quiet(["git", "ls-files", "-co", "--exclude-standard", "*.c", "*.h"]).output.split()
    result = run(["clang-format", "--dry-run", "-Werror", *listed], show=False)
    if result.code != 0:
        hits = [line for line in result.output.split("\n") if "error:" in line]
        files = sorted({line.split(":")[0] for line in hits})
        print("  run script/tidy --format; it changes: " + " ".join(files))
    return sections.step("layout of the C files", result)


SECTIONS = {
    "warnings": warnings, "sanitizers": sanitized, "threads": threads, "clang-tidy": clang_tidy,
    "cppcheck": cppcheck, "layout": layout, "fuzz": fuzz,
}

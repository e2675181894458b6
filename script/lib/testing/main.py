"""script/test: choose sections, run them one after the other, close with one line."""

import os
import signal
import sys
import time

from . import deep, sections
from .run import ROOT, quiet
from .tally import Tally


def prepare():
    """Build everything once; None, or the failure."""
    for part in ("tests", "client", "test-packages"):
        result = quiet(["script/lib/build", part], seconds=900)
        if result.code != 0:
            print(f"\nbuilding failed: {part}")
            return Tally(failed=1)
        print(f"  {part} ({result.seconds:.1f} s)")
    return None


def chosen(arguments, known):
    """Split the names of a command line into sections and names of tests."""
    wanted = [name for name in arguments if name in known]
    names = [name for name in arguments if name not in known]
    by_name = ("unit", "laws", "simulation", "stories", "browser")
    if names and not wanted:
        wanted = [name for name in known if name in by_name]
    return wanted or list(known), names


def run_sections(table, wanted, call):
    total = Tally()
    rows = []
    for name in wanted:
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        tally = call(table[name])
        if tally is None:
            print(f"== {name}: nothing of that name", flush=True)
            continue
        rows.append((name, tally, time.monotonic() - began))
        print(f"== {name}: {tally.words()} ({rows[-1][2]:.1f} s)", flush=True)
        total += tally
    print()
    for name, tally, seconds in rows:
        print(f"{name:12} {seconds:7.1f} s   {tally.words()}")
    return total.judged(0)


def main(arguments):
    began = time.monotonic()
    # So that what a section has started is ended too (run.py), as with Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = [each for each in arguments if each.startswith("--")]
    names = [each for each in arguments if not each.startswith("--")]
    unknown = [each for each in options if each not in ("--deep", "--quick")]
    if unknown:
        print(f"script/test: unknown option {unknown[0]} (there are --quick and --deep)",
              file=sys.stderr)
        return 2
    print("== build", flush=True)
    failure = prepare()
    if failure is not None:
        total = failure
    elif "--deep" in options:
        wanted, _ = chosen(names, deep.SECTIONS)
        total = run_sections(deep.SECTIONS, wanted, lambda section: section())
    else:
        wanted, tests = chosen(names, sections.SECTIONS)
        if "--quick" in options:
            wanted = [name for name in wanted if name not in sections.SLOW]
        build = os.path.join(ROOT, "build")
        total = run_sections(sections.SECTIONS, wanted, lambda section: section(build, tests))
    print(f"\nin {time.monotonic() - began:.0f} s")
    print(total.words())
    return 1 if total.failed else 0

"""The sections of script/test. Each returns a Tally, or None when nothing of it was asked for."""

import glob
import json
import os

from .run import ROOT, first_of, quiet, run
from .tally import Tally, of_meson, of_node, of_tap

UNIT_AREAS = ("base", "seal", "core", "activities", "wire", "journal", "hub", "shell")
STORY_FILES = ("*.test.mjs", "*_test.mjs", "*.test.js")


def binary(build):
    """The server that a build folder holds."""
    for path in ("peerset", "server/peerset"):
        full = os.path.join(build, path)
        if os.path.isfile(full):
            return full
    return os.path.join(build, "peerset")


def node_environment(build, slow=False):
    return {
        "PEERSET_BIN": binary(build),
        "PEERSET_CHROMIUM": first_of("chromium-headless-shell", "chromium") or "",
        "PEERSET_FIREFOX": first_of("firefox-esr", "firefox") or "",
        "PEERSET_SLOW": "1" if slow else "",
        "FORCE_COLOR": "0",
        # Of the two addresses of localhost node 18 tries ::1 alone; browsers try both.
        "NODE_OPTIONS": "--dns-result-order=ipv4first",
    }


def programs(build, suites, names):
    """The test programs of these suites whose name contains one of `names`."""
    listed = json.loads(quiet(["meson", "introspect", "--tests", build]).output)
    ours = [each["name"] for each in listed
            if any(suite.split(":")[-1] in suites for suite in each["suite"])]
    return [own for own in ours if any(name in own for name in names)]


def meson(build, log, suites, names=(), env=None, stretch=1, wrap=()):
    """Run the programs of some suites in a build folder that is up to date."""
    wanted = programs(build, suites, names) if names else []
    if names and not wanted:
        return None
    command = [*wrap, "meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs",
               "--logbase", log, "--timeout-multiplier", str(stretch)]
    for suite in suites:
        command += ["--suite", suite]
    log_path = os.path.join(build, "meson-logs", log + ".json")
    if os.path.exists(log_path):
        os.remove(log_path)
    result = run(command + wanted, env=env, seconds=1500 * stretch)
    if not os.path.exists(log_path):
        return Tally().judged(1)
    with open(log_path, encoding="utf-8") as file:
        return of_meson(file).judged(result.code)


def test_files(folder, names):
    files = sorted(
        {path for pattern in STORY_FILES
         for path in glob.glob(os.path.join(ROOT, folder, "**", pattern), recursive=True)}
    )
    chosen = [path for path in files if any(name in os.path.basename(path) for name in names)]
    return chosen if names else files


def node_tests(folder, names, build, slow=False, seconds=600, at_once=1):
    """Run test files of node:test. No file is one failure: a suite that vanished must be seen."""
    files = test_files(folder, names)
    if names and not files:
        return None
    if not files:
        print("  there is no test file")
        return Tally(failed=1)
    command = ["node", "--test", "--test-reporter=spec", f"--test-concurrency={at_once}"]
    result = run(command + files, cwd=os.path.join(ROOT, "tests"), seconds=seconds,
                 env=node_environment(build, slow))
    return of_node(result.output).judged(result.code)


def step(name, result):
    """One command as one test."""
    print(f"  {'ok' if result.code == 0 else 'not ok'} - {name} ({result.seconds:.1f} s)")
    return Tally(passed=1) if result.code == 0 else Tally(failed=1)


def unit(build, names=()):
    return meson(build, "unit", UNIT_AREAS, names)


def laws(build, names=()):
    return meson(build, "laws", ("laws",), names)


def simulation(build, names=()):
    return meson(build, "simulation", ("simulation",), names)


def client(build, _names=()):
    folder = os.path.join(ROOT, "client-web")
    tests = run(["npm", "test"], cwd=folder, seconds=180, env={"FORCE_COLOR": "0"})
    tally = of_node(tests.output).judged(tests.code)
    tally += step("types", quiet(["npm", "run", "check"], cwd=folder))
    tally += step("build within its budget", quiet(["npm", "run", "build"], cwd=folder))
    if os.path.exists(os.path.join(ROOT, "script", "describe")):
        tally += step("protocol files are up to date",
                      quiet(["script/describe", "--check"], env={"PEERSET_BIN": binary(build)}))
    return tally


def stories(build, names=()):
    return node_tests("tests/integration", names, build, at_once=2)


def browser(build, names=()):
    return node_tests("tests/browser", names, build)


def bench(build, _names=()):
    """Five sets for two seconds: nothing is lost, and bytes and counts stay within their bounds."""
    return step("a bench of five sets", run(["script/bench", "--smoke", "--tiny", "--build", build],
                                            seconds=180))


def tidy(build, _names=()):
    tally = Tally()
    for options in (["--self-test"], ["--purity", build]):
        result = run(["script/tidy", *options])
        tally += of_tap(dedented(result.output)).judged(result.code)
    result = quiet(["python3", "-B", "-m", "unittest", "discover", "-s", "testing", "-t", "."],
                   cwd=os.path.join(ROOT, "script", "lib"))
    return tally + step("the runner counts rightly", result)


def dedented(text):
    return "\n".join(line.strip() for line in text.split("\n"))


# In the order in which they run: the quick and telling ones first.
SECTIONS = {
    "tidy": tidy, "unit": unit, "laws": laws, "client": client, "simulation": simulation,
    "stories": stories, "bench": bench, "browser": browser,
}
SLOW = ("simulation", "stories", "bench", "browser")

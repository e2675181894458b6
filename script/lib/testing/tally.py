"""How many tests passed and failed, read from what a runner printed.

A runner that fails without a failed test (it crashed, or was ended), and one that ran no test at
all, count as one failure: silence is never success.
"""

import json
import re
from dataclasses import dataclass

_TAP = re.compile(r"^(ok|not ok)\b(?:\s+\d+)?(?:\s+-)?\s*(.*)$")
_NODE_SUMMARY = re.compile(r"^(?:#|ℹ) (pass|fail|cancelled|skipped|todo) (\d+)\s*$")
# A file in which node:test found no test passes as a test of its own, named by its path.
_NODE_EMPTY_FILE = re.compile(r"^(?:ok \d+ - |✔ )(\S*/\S+\.[mc]?js)(?:\s|$)")


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Tally(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def words(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return f"{text}, {self.skipped} skipped" if self.skipped else text

    def judged(self, exit_code):
        """The same, and one failure more when the runner failed or ran nothing and did not say."""
        silent = self.passed + self.failed + self.skipped == 0
        if self.failed == 0 and (exit_code != 0 or silent):
            return self + Tally(failed=1)
        return self


def of_tap(text):
    """Subtests of one TAP stream: top-level lines only. A plan that was not kept is a failure."""
    tally = Tally()
    planned = None
    for line in text.split("\n"):
        plan = re.match(r"^1\.\.(\d+)", line)
        if plan:
            planned = int(plan.group(1))
        if line.startswith("Bail out!"):
            tally += Tally(failed=1)
        match = _TAP.match(line)
        if not match:
            continue
        if re.search(r"#\s*skip", match.group(2), re.IGNORECASE):
            tally += Tally(skipped=1)
        elif match.group(1) == "ok":
            tally += Tally(passed=1)
        else:
            tally += Tally(failed=1)
    seen = tally.passed + tally.failed + tally.skipped
    if planned is not None and seen < planned:
        tally += Tally(failed=1)
    return tally


def of_node(text):
    """The summary that node's test runner closes with, of each run in `text`."""
    tally = Tally()
    for line in text.split("\n"):
        match = _NODE_SUMMARY.match(line)
        if match:
            count = int(match.group(2))
            kind = match.group(1)
            tally += Tally(
                passed=count if kind == "pass" else 0,
                failed=count if kind in ("fail", "cancelled") else 0,
                skipped=count if kind in ("skipped", "todo") else 0,
            )
        elif _NODE_EMPTY_FILE.match(line):
            tally += Tally(passed=-1, failed=1)
    return tally


def of_meson(log_lines):
    """Subtests of every program in a meson test log (one JSON object a line)."""
    tally = Tally()
    for line in filter(str.strip, log_lines):
        entry = json.loads(line)
        result = entry["result"]
        own = of_tap(entry.get("stdout", ""))
        if result == "SKIP" and own == Tally():
            own = Tally(skipped=1)
        tally += own.judged(0 if result in ("OK", "SKIP") else 1)
    return tally

"""Running a command: what it prints is shown as it comes, kept, and bounded in time."""

import os
import signal
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


class Result:
    def __init__(self, code, output, seconds):
        self.code = code
        self.output = output
        self.seconds = seconds


def end(process):
    """End a command that we started, with everything that it started in turn."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(command, cwd=ROOT, env=None, seconds=600, show=True):
    """Run `command` in a process group of its own, for at most `seconds`."""
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        start_new_session=True,
    )
    timer = threading.Timer(seconds, end, [process])
    timer.start()
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if show:
                sys.stdout.write("  " + line)
                sys.stdout.flush()
        code = process.wait()
    finally:
        late = not timer.is_alive()
        timer.cancel()
        end(process)  # what the command left behind
    if late:
        lines.append(f"ended after {seconds} s\n")
        print(f"  {' '.join(command[:4])} … was ended after {seconds} s")
    return Result(code if not late else 1, "".join(lines), time.monotonic() - began)


def quiet(command, **options):
    """Run a command that matters only when it fails: then its last lines are shown."""
    result = run(command, show=False, **options)
    if result.code != 0:
        tail = result.output.rstrip("\n").split("\n")[-40:]
        print("\n".join("  " + line for line in tail))
    return result


def first_of(*names):
    """The first of these programs that is there, or None."""
    for name in names:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            full = os.path.join(folder, name)
            if os.access(full, os.X_OK) and os.path.isfile(full):
                return full
    return None

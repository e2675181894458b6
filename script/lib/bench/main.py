"""script/bench: rounds of the server, the bare server and the disk in turn; then one table."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from . import measure
from .house import Failed, Load, Process, Server, free_port
from .table import Row, judge, print_table

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))
MEMBERS = 12


def arguments_of(words):
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--smoke", action="store_true", required=True,
                        help="100 live sets of 12 over TLS, three rounds (the only bench so far)")
    parser.add_argument("--tiny", action="store_true",
                        help="5 sets, 2 seconds: that it works, for script/test")
    parser.add_argument("--rate", type=int, help="commands a second over all sets")
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), help="build folder")
    asked = parser.parse_args(words)
    asked.sets = 5 if asked.tiny else 100
    asked.ms = 2000 if asked.tiny else 10000
    asked.rounds = 1 if asked.tiny else 3
    asked.rate = asked.rate or (25 if asked.tiny else 200)
    return asked


def build(folder):
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        subprocess.run(["meson", "setup", folder], cwd=ROOT, check=True, capture_output=True)
    result = subprocess.run(["ninja", "-C", folder, "peerset", "tests/bench/bench-load",
                             "tests/bench/bench-bare"], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Failed(f"building failed:\n{result.stdout[-2000:]}")


class Bench:
    """Everything that runs, and what was measured."""

    def __init__(self, asked, folder):
        self.asked = asked
        self.folder = folder
        self.processes = []
        self.tests = os.path.join(asked.build, "tests", "bench")
        self.figures = {}
        self.server_rounds, self.bare_rounds, self.sync_rounds = [], [], []

    def say(self, words):
        print(f"  {words}", file=sys.stderr, flush=True)

    def keep(self, process):
        self.processes.append(process)
        return process

    def end(self):
        """Drivers first, so that the servers see them go."""
        for process in reversed(self.processes):
            process.stop()

    # ---- setting up

    def start_server(self):
        asked = self.asked
        self.server = self.keep(Server(os.path.join(asked.build, "peerset"), self.folder))
        self.say(f"{asked.sets} sets of {MEMBERS} are made, and everybody joins")
        people = os.path.join(self.folder, "people")
        sets = [self.server.create_set(number) for number in range(asked.sets)]
        self.server.join_all(sets, people)
        self.load = self.keep(Load(os.path.join(self.tests, "bench-load"), self.server.tls_port,
                                   people, self.folder, "load"))

    def open_sockets(self):
        """The first of each set brings its set into memory; the other eleven only themselves."""
        self.load.tell("open 0 1")
        few = measure.resident_bytes(self.server.pid)
        self.load.tell(f"open 1 {MEMBERS}")
        self.load.tell("rest 500")
        many = measure.resident_bytes(self.server.pid)
        self.figures["idle_bytes"] = (many - few) / (self.asked.sets * (MEMBERS - 1))
        self.load.tell("live")
        self.say("all sets are live")

    def start_bare(self):
        """Frames of the size that the server's patches turn out to have."""
        self.warm = self.load.tell(f"round {self.asked.rate} 1000")
        self.frame_bytes = round(self.warm["bytes"] / max(1, self.warm["deliveries"])) + 60
        port = free_port()
        cert, key = self.server.files
        self.bare = self.keep(Process(
            "the bare server", [os.path.join(self.tests, "bench-bare"), str(port), cert, key,
                                str(self.frame_bytes)],
            os.path.join(self.folder, "bare.log"), stdout=subprocess.DEVNULL))
        people = os.path.join(self.folder, "bare-people")
        with open(people, "w", encoding="utf-8") as file:
            for number in range(self.asked.sets):
                file.writelines(f"b{number}.{seat} -\n" for seat in range(MEMBERS))
        time.sleep(0.3)
        self.bare.check()
        self.bare_load = self.keep(Load(os.path.join(self.tests, "bench-load"), port, people,
                                        self.folder, "bare-load"))
        self.bare_load.tell(f"open 0 {MEMBERS}")
        self.bare_warm = self.bare_load.tell(f"round {self.asked.rate} 1000")

    # ---- rounds

    def one_round(self, server, load):
        ours = [each.pid for each in self.processes]
        before = {pid: measure.cpu_seconds(pid) for pid in ours}
        machine, began = measure.machine_cpu_seconds(), time.monotonic()
        figures = load.tell(f"round {self.asked.rate} {self.asked.ms}")
        spent = {pid: measure.cpu_seconds(pid) - before[pid] for pid in ours}
        seconds = time.monotonic() - began
        others = measure.machine_cpu_seconds() - machine - sum(spent.values())
        figures["cpu_us"] = spent[server.pid] * 1e6 / max(1, figures["deliveries"])
        figures["others"] = max(0.0, others / seconds)
        return figures

    def run_rounds(self):
        before = self.server.metrics()
        for number in range(1, self.asked.rounds + 1):
            self.say(f"round {number} of {self.asked.rounds}")
            self.sync_rounds.append(measure.sync_times(self.server.data))
            self.server_rounds.append(self.one_round(self.server, self.load))
            self.bare_rounds.append(self.one_round(self.bare, self.bare_load))
        after = self.server.metrics()
        self.figures["grown"] = {name: after[name] - before.get(name, 0) for name in after}
        self.figures["set_bytes"] = after["set_bytes_max"]
        self.figures["resident"] = before["resident_bytes"], after["resident_bytes"]

    def count_calls(self):
        self.say("system calls")
        with measure.SystemCalls(self.server.pid, self.folder) as traced:
            rate = max(10, self.asked.rate // 4)
            self.traced = self.load.tell(f"round {rate} 2000")
        self.figures["calls"] = traced.calls

    # ---- telling

    def rows(self):
        server, bare = self.server_rounds, self.bare_rounds
        grown = self.figures["grown"]
        sync = [(measure.quantile(times, 0.5), measure.quantile(times, 0.99))
                for times in self.sync_rounds]
        goal = [5000 + 2 * median for median, _ in sync]
        ratios = [one["cpu_us"] / other["cpu_us"] for one, other in zip(server, bare)]
        deliveries = max(1, grown["deliveries_total"])
        rows = [
            Row("p50 of a command", [one["p50_us"] / 1000 for one in server], "ms",
                "from the moment it should have been sent to its receipt by the last of the 12"),
            Row("p90", [one["p90_us"] / 1000 for one in server], "ms", ""),
            Row("p99", [one["p99_us"] / 1000 for one in server], "ms",
                f"aim: {statistics.median(goal) / 1000:.1f} ms (5 ms and two syncs); not asserted"),
            Row("sync p50", [one[0] / 1000 for one in sync], "ms",
                "the disk alone: 256 bytes appended and fdatasync, in the data folder"),
            Row("sync p99", [one[1] / 1000 for one in sync], "ms", ""),
            Row("bare p50", [one["p50_us"] / 1000 for one in bare], "ms",
                "the same, from a server that only repeats: no journal, no rules"),
            Row("bare p99", [one["p99_us"] / 1000 for one in bare], "ms", ""),
            Row("CPU per delivery", [one["cpu_us"] for one in server], "us",
                "all threads; a delivery is one patch at one member"),
            Row("bare CPU per delivery", [one["cpu_us"] for one in bare], "us",
                f"frames of {self.frame_bytes} bytes, as large as the server's on average"),
            Row("ratio", ratios, "x", "what rules, pictures and the journal cost, round by round"),
            Row("other CPU", [one["others"] for one in server + bare], "cores",
                "what strangers used meanwhile; above 0.5 no latency is worth quoting"),
            Row("frames built per delivery", [grown["frames_built_total"] / deliveries], "",
                "people who see the same share one frame", 0.5),
            Row("writes per delivery", [grown["writes_total"] / deliveries], "",
                "one for each socket and turn of the loop, answers included", 1.25),
            Row("commits per command", [grown["journal_commits_total"] /
                                        max(1, grown["commands_total"])], "",
                "one sync may carry many commands; time adds some by itself"),
            Row("live set", [self.figures["set_bytes"] / 1024], "KiB",
                "the largest: state, words, connections, answers kept", 256),
            Row("idle TLS connection", [self.figures["idle_bytes"] / 1024], "KiB",
                "growth of the resident memory for each socket, nothing said yet", 40),
            Row("resident memory", [each / 1048576 for each in self.figures["resident"]], "MiB",
                "before and after the rounds"),
        ]
        return rows + self.call_rows()

    def call_rows(self):
        calls = self.figures["calls"]
        if calls is None:
            self.say("system calls were not counted: strace is missing or may not look")
            return []
        deliveries = max(1, self.traced["deliveries"])
        most = sorted(calls.items(), key=lambda each: -each[1])[:5]
        words = ", ".join(f"{name} {count / deliveries:.2f}" for name, count in most)
        return [Row("system calls per delivery", [sum(calls.values()) / deliveries], "",
                    words, 6.0)]

    def faults(self):
        """Messages are counted at every member; one that is missing spoils everything."""
        found = []
        rounds = [("server", each) for each in [self.warm, *self.server_rounds, self.traced]]
        rounds += [("bare", each) for each in [self.bare_warm, *self.bare_rounds]]
        for who, each in rounds:
            for what in ("lost", "doubled", "out_of_order", "wholes"):
                if each[what]:
                    found.append(f"{who}: {each[what]} {what.replace('_', ' ')}")
            if each["measured"] == 0:
                found.append(f"{who}: nothing was measured")
        return found

    def run(self):
        self.start_server()
        self.open_sockets()
        self.start_bare()
        self.run_rounds()
        self.count_calls()
        rows, faults = self.rows(), self.faults()
        faults += judge(rows)
        asked = self.asked
        sent = sum(each["sent"] for each in self.server_rounds)
        refused = sum(each["refused"] for each in self.server_rounds)
        received = sum(each["deliveries"] for each in self.server_rounds)
        print(f"{asked.sets} live sets of {MEMBERS} over TLS 1.3 (P-256), {asked.rate} commands/s "
              f"in an open loop,\n{asked.rounds} rounds of {asked.ms / 1000:.0f} s; "
              f"{sent} commands ({refused} refused), {received} deliveries; "
              f"data on {measure.file_system(self.server.data)}\n")
        print_table(rows)
        self.load.stop()
        if self.server.stop() != 0:
            faults.append("the server did not stop in order")
        return faults


def main(words):
    asked = arguments_of(words)
    folder = None
    try:
        build(asked.build)
        folder = tempfile.mkdtemp(prefix="bench-", dir=asked.build)
        if measure.file_system(folder) == "tmpfs":
            raise Failed(f"{folder} is in memory: say --build with a folder on a disk")
        bench = Bench(asked, folder)
        try:
            faults = bench.run()
        finally:
            bench.end()
    except (Failed, OSError, subprocess.SubprocessError) as failure:
        print(f"script/bench: {failure}", file=sys.stderr)
        return 1
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    print()
    for fault in faults:
        print(f"not ok - {fault}")
    if not faults:
        print("ok - nothing lost, doubled or out of order; bytes and counts within their bounds")
    return 1 if faults else 0

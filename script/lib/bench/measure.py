"""What the kernel knows: CPU, memory, system calls, and how long the disk takes to sync."""

import os
import shutil
import signal
import subprocess
import time

PAGE = os.sysconf("SC_PAGESIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """On a CPU, all threads."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def machine_cpu_seconds():
    """Of all processes, without idle, waiting for disks, and what the host took."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(field) for field in file.readline().split()[1:8]]
    user, nice, system, _idle, _iowait, irq, softirq = fields
    return (user + nice + system + irq + softirq) / TICKS


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * PAGE


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def sync_times(folder, count=200):
    """Microseconds of: append 256 bytes, fdatasync. The disk alone, in the folder of the data."""
    path = os.path.join(folder, "sync.tmp")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    times = []
    for _ in range(count):
        began = time.monotonic()
        os.write(descriptor, b"x" * 256)
        os.fdatasync(descriptor)
        times.append((time.monotonic() - began) * 1e6)
        time.sleep(0.002)
    os.close(descriptor)
    os.unlink(path)
    return times


def file_system(folder):
    result = subprocess.run(["df", "--output=fstype", folder], capture_output=True, text=True,
                            check=True)
    return result.stdout.split("\n")[1].strip()


class SystemCalls:
    """strace -c over one process while the block runs; `calls` is None where it cannot."""

    def __init__(self, pid, folder):
        self.pid = pid
        self.path = os.path.join(folder, "strace.txt")
        self.calls = None
        self.child = None

    def __enter__(self):
        if shutil.which("strace"):
            self.child = subprocess.Popen(
                ["strace", "-c", "-f", "-q", "-o", self.path, "-p", str(self.pid)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.7)
        return self

    def __exit__(self, *_):
        if self.child is None:
            return
        self.child.send_signal(signal.SIGINT)
        self.child.wait()
        if not os.path.exists(self.path):
            return
        calls = {}
        with open(self.path, encoding="utf-8") as file:
            for line in file:
                fields = line.split()
                if len(fields) >= 5 and fields[3].isdigit() and fields[-1] != "total":
                    calls[fields[-1]] = int(fields[3])
        self.calls = calls or None

"""A server of one's own with its sets, and the programs that talk to it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time

MINUTE = 60_000
SEATS = ["f1"] + [f"m{n}" for n in range(1, 12)]


class Failed(Exception):
    """The bench cannot go on; the sentence says why."""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def make_certificate(folder):
    """P-256, for this run alone."""
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", cert, "-days", "1", "-subj", "/CN=localhost"],
        check=True, capture_output=True)
    os.chmod(key, 0o600)
    return cert, key


def description(number):
    """A set of twelve whose meeting is one long open talk: the floor by queue and nothing else."""
    members = [{"seat": seat, "name": f"Member {seat}", "business": f"Business {seat}",
                "sector": "retail"} for seat in SEATS[1:]]
    return {
        "name": f"Bench {number}", "zone": "Europe/London",
        "programme": {"name": "Bench", "meetings": 12, "meeting_ms": 90 * MINUTE,
                      "turns_per_meeting": 1},
        "meeting": {"stages": [{"kind": "open_talk", "planned_ms": 80 * MINUTE}],
                    "planned_ms": 90 * MINUTE, "bank_ms": 10 * MINUTE},
        "facilitators": [{"seat": "f1", "name": "Facilitator", "role": "facilitator"}],
        "members": members,
    }


class Process:
    """A child that is ended with its block, and only that one."""

    def __init__(self, name, command, log, **pipes):
        self.name = name
        self.log = log
        with open(log, "ab") as errors:
            self.child = subprocess.Popen(command, stderr=errors, text=True, **pipes)
        self.pid = self.child.pid

    def check(self):
        if self.child.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                last = file.read().strip().split("\n")[-1]
            raise Failed(f"{self.name} ended by itself ({self.child.returncode}): {last}")

    def stop(self, how=signal.SIGTERM):
        if self.child.poll() is None:
            self.child.send_signal(how)
            try:
                self.child.wait(15)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        return self.child.returncode


class UnixHTTP(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Server(Process):
    """The real one: TLS for the load, plain loopback for joining, a data folder on a real disk."""

    def __init__(self, binary, folder):
        self.data = os.path.join(folder, "data")
        self.port, self.tls_port = free_port(), free_port()
        cert, key = make_certificate(folder)
        config = os.path.join(folder, "peerset.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write("sockets_session = 16384\n")  # all of them come from this machine
        super().__init__("the server", [
            binary, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
            "--listen-tls", f"127.0.0.1:{self.tls_port}", "--cert", cert, "--key", key,
            "--url", f"https://localhost:{self.tls_port}", "--config", config,
        ], os.path.join(folder, "server.log"), stdout=subprocess.DEVNULL)
        self.files = cert, key
        self.wait_until_it_answers()

    def wait_until_it_answers(self):
        for _ in range(200):
            self.check()
            try:
                if self.control("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise Failed("the server does not answer")

    def control(self, method, path, body=None):
        connection = UnixHTTP(os.path.join(self.data, "control.sock"))
        connection.request(method, path, body)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def metrics(self):
        """The figures by name, without the prefix."""
        lines = [line.split(" ") for line in self.control("GET", "/metrics")[1].split("\n")
                 if line and not line.startswith("#")]
        return {name.removeprefix("peerset_"): int(value) for name, value in lines}

    def create_set(self, number):
        """(set, {seat: token})"""
        status, text = self.control("POST", "/control", json.dumps(
            {"do": "set.create", "file": description(number)}))
        if status != 200:
            raise Failed(f"set {number}: {text}")
        made = json.loads(text)
        return made["set"], {each["seat"]: each["link"].split("/#/join/")[1]
                             for each in made["invites"]}

    def join_all(self, sets, to):
        """Join everybody by invite; write SET.SEAT and the cookie for the load."""
        origin = f"http://127.0.0.1:{self.port}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with open(to, "w", encoding="utf-8") as file:
            os.chmod(to, 0o600)
            for set_id, tokens in sets:
                for seat in SEATS:
                    connection.request("POST", "/api/v1/session",
                                       json.dumps({"invite": tokens[seat]}),
                                       {"Origin": origin, "Content-Type": "application/json"})
                    answer = connection.getresponse()
                    text = answer.read().decode()
                    if answer.status != 200:
                        raise Failed(f"{set_id}.{seat} cannot join: {answer.status} {text}")
                    cookie = answer.headers["Set-Cookie"].split(";")[0]
                    file.write(f"{set_id}.{seat} {cookie}\n")


class Load(Process):
    def __init__(self, binary, port, people, folder, name):
        super().__init__(name, [binary, str(port), people], os.path.join(folder, f"{name}.log"),
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tell(self, line):
        """One line in, one line of JSON out."""
        try:
            self.child.stdin.write(line + "\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.child.stdout.readline()
        if answer == "":
            self.child.wait()
            self.check()
        return json.loads(answer)

"""Seeds for script/fuzz: what clients send in the transcripts, and the example set as a command."""

import glob
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def client_frames():
    """(seat, frame as bytes) of every transcript, one list for each."""
    for path in sorted(glob.glob(os.path.join(ROOT, "protocol", "transcripts", "*.json"))):
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)
        yield [(entry["as"], json.dumps(entry["client"]).encode())
               for entry in entries if "client" in entry]


def decode_seeds():
    for frames in client_frames():
        for _, frame in frames:
            yield b"\x00" + frame
    with open(os.path.join(ROOT, "examples", "market-towns.set.json"), encoding="utf-8") as file:
        command = {"do": "set.create", "url": "http://localhost", "file": json.load(file)}
    yield b"\x01" + json.dumps(command, ensure_ascii=False).encode()
    yield b"\x01" + b'{"do":"seat.add","set":"a","role":"member","name":"Ada"}'
    yield b"\x02" + b'{"invite":"AQEAAGtmeXdydTIycDPO0I60sE40"}'
    yield b"\x03" + "Tŷ Gwyn 🧸\n£45".encode()


def hub_seeds():
    """A transcript as lines: who speaks (f1 or m1), then the frame; in between a second passes."""
    for frames in client_frames():
        lines = []
        for seat, frame in frames:
            lines += [(b"\x00" if seat.startswith("f") else b"\x01") + frame, b"\x03..."]
        yield b"\n".join(lines)


def main(target, folder):
    seeds = decode_seeds() if target == "decode" else hub_seeds()
    for number, seed in enumerate(seeds):
        with open(os.path.join(folder, f"seed-{number:04}"), "wb") as file:
            file.write(seed)


if __name__ == "__main__":
    main(*sys.argv[1:])

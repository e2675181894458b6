"""One table for people: median, range, and what the figure means."""

import statistics
from dataclasses import dataclass


@dataclass
class Row:
    """at_most: the bound that is asserted (bytes and counts alone, never time)."""

    name: str
    values: list
    unit: str
    sentence: str
    at_most: float = None


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cells(row):
    middle = f"{number(statistics.median(row.values))} {row.unit}".strip()
    spread = f"{number(min(row.values))}-{number(max(row.values))}" if len(row.values) > 1 else ""
    bound = f"at most {number(row.at_most)}" if row.at_most is not None else ""
    return [row.name, middle, spread, bound, row.sentence]


def print_table(rows):
    lines = [["figure", "median", "range", "asserted", "what it is"]] + [cells(row) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    for line in lines:
        padded = [line[column].ljust(widths[column]) for column in range(4)]
        print("  ".join(padded + [line[4]]).rstrip())


def judge(rows):
    """What is above its bound."""
    return [f"{row.name}: {number(max(row.values))} {row.unit}, allowed {number(row.at_most)}"
            for row in rows if row.at_most is not None and max(row.values) > row.at_most]

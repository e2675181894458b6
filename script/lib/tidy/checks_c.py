"""Checks of the C sources. Each takes all sources and yields (path, line, what is wrong)."""

import re

from . import table

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
_CALL = re.compile(r"(?<![\w.>])([a-z_][a-z0-9_]*)\s*\(")
_FLOAT = re.compile(r"\b(float|double)\b")
_VARIABLE_ARRAY = re.compile(
    r"^\s+(?:(?:const|static|struct|unsigned|signed|volatile)\s+)*(\w+)\s+"
    r"\**\w+\[([^\]]+)\]\s*(?:=|;)"
)
_PROTOTYPE = re.compile(r"(?!typedef|static|extern|#)[A-Za-z_][\w\s*]*\bps_\w+\(")
_NOT_A_TYPE = {"return", "goto", "else", "case", "sizeof", "do"}


def includes(source):
    """(line, '<' or '"', header) of each include."""
    for number, line in enumerate(source.lines, 1):
        match = _INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def server_files(sources):
    return [source for source in sources if source.is_c and source.floor in table.FLOORS]


def allowed_anyway(source, what):
    floor = table.FLOORS[source.floor]
    return what in floor.but.get(source.path.split("/")[-1], ())


def floors(sources):
    """A floor includes only lower floors."""
    for source in server_files(sources):
        floor = table.FLOORS[source.floor]
        for line, kind, header in includes(source):
            if kind == "<" or header.split("/")[0] == source.floor:
                continue
            if header.split("/")[0] not in floor.may and header not in floor.may:
                yield source.path, line, f"{source.floor} may not include {header}"


def libraries(sources):
    """An outside library is known to its own folder only; the pure floors see values only."""
    for source in sources:
        if not source.is_c or not source.path.startswith("server/"):
            continue
        folder = "/".join(source.path.split("/")[:-1])
        system = table.FLOORS[source.floor].system if source.floor in table.FLOORS else None
        for line, kind, header in includes(source):
            if kind == '"':
                continue
            owners = next((o for p, o in table.LIBRARIES.items() if header.startswith(p)), None)
            if owners is not None:
                if folder not in owners:
                    yield source.path, line, f"<{header}> belongs to {owners[0]}"
            elif system is not None and header not in system and not allowed_anyway(source, header):
                yield source.path, line, f"{source.floor} may not include <{header}>"


def banned_calls(sources):
    """Calls that no file, or not this floor, may make."""
    for source in sources:
        if not source.is_c:
            continue
        banned = table.FLOORS[source.floor].banned if source.floor in table.FLOORS else ()
        for line, code in enumerate(source.code, 1):
            for name in _CALL.findall(code):
                if name in table.BANNED_EVERYWHERE:
                    yield source.path, line, f"{name}: use {table.BANNED_EVERYWHERE[name]}"
                elif name in banned and not allowed_anyway(source, name):
                    yield source.path, line, f"{source.floor} may not call {name}"


def floats(sources):
    """No floating point where replay must give the same bytes on every machine."""
    for source in server_files(sources):
        if table.FLOORS[source.floor].floats:
            continue
        for line, code in enumerate(source.code, 1):
            if _FLOAT.search(code):
                yield source.path, line, f"{source.floor} has no float and no double"


def own_header_first(sources):
    """A file's own header comes first, so that it is proved to stand alone."""
    paths = {source.path for source in sources}
    for source in server_files(sources):
        own = source.path[:-2] + ".h"
        if not source.path.endswith(".c") or own not in paths:
            continue
        first = next(includes(source), None)
        if first is None or "server/" + first[2] != own:
            yield source.path, first[0] if first else 1, f"include {own[len('server/'):]} first"


def guards(sources):
    """Every header begins with #pragma once (after its comment)."""
    for source in server_files(sources):
        if source.path.endswith(".h") and "#pragma once" not in source.lines:
            yield source.path, 1, "needs #pragma once"


def function_lengths(sources):
    """No function is longer than a screen."""
    for source in sources:
        if not source.is_c:
            continue
        start = None
        for line, code in enumerate(source.code, 1):
            if code.rstrip() == "{":
                start = line
            elif code.startswith("}") and start is not None:
                if line - start - 1 > table.FUNCTION_MAX:
                    yield source.path, start, f"{line - start - 1} lines in one function"
                start = None


def variable_arrays(sources):
    """The bound of an array is a constant: capitals, digits or a sizeof."""
    for source in sources:
        if not source.is_c:
            continue
        for line, code in enumerate(source.code, 1):
            match = _VARIABLE_ARRAY.match(code)
            if not match or match.group(1) in _NOT_A_TYPE:
                continue
            bound = re.sub(r"(sizeof|PS_COUNT)\s*\([^)]*\)", "", match.group(2))
            if re.search(r"\b[a-z]\w*\b", bound):
                yield source.path, line, f"array bound [{match.group(2)}] is not a constant"


def _prototypes(source):
    """(first line, last line) of each function prototype at the left edge."""
    start = None
    for number, code in enumerate(source.code, 1):
        if start is None and _PROTOTYPE.match(code):
            start = number
        if start is None:
            continue
        if "{" in code:
            start = None
        elif code.rstrip().endswith(";"):
            yield start, number
            start = None


def _paragraph(source, line):
    """The lines without a gap that end at `line`, and the line itself."""
    first = line
    while first > 1 and source.lines[first - 2].strip():
        first -= 1
    return source.lines[first - 1:line]


def docstrings(sources):
    """Every public prototype stands in a paragraph with a comment: a word of what it means."""
    for source in sources:
        if not source.path.endswith(".h") or not source.path.startswith("server/"):
            continue
        for first, last in _prototypes(source):
            if "*/" not in "\n".join(_paragraph(source, last)):
                yield source.path, first, "a public function without a word of what it means"


def listed_tests(sources):
    """Every unit test is named in a list: one that is not would never run."""
    lists = " ".join(s.text for s in sources if re.match(r"tests/\w+/\w+\.list$", s.path))
    words = set(lists.replace(":", " ").split())
    for source in sources:
        name = source.path.split("/")[-1]
        if re.match(r"tests/(unit|simulation)/\w+_test\.c$", source.path) and name not in words:
            yield source.path, 1, "is in no .list, so it never runs"


CHECKS = (
    floors, libraries, banned_calls, floats, own_header_first, guards, function_lengths,
    variable_arrays, docstrings, listed_tests,
)

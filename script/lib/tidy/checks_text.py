"""Checks of every text file. Each takes all sources and yields (path, line, what is wrong)."""

import os
import re

from . import table

# Put together here so that this file does not find itself.
_MARKER_WORDS = ("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")
_MARKERS = re.compile(r"\b(" + "|".join(_MARKER_WORDS) + r")\b")
_PRIVATE_PATH = re.compile(r"(?:^|[\s\"'`(=:])(/(?:home|root|work|Users)/\w+)")
_IMPORT = re.compile(
    r"""(?:^|\s)(?:import|export|\})\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]|import\(['"]([^'"]+)"""
)
_ANY = re.compile(r"(?:[:<,|]\s*any\b(?!\w)|\bas any\b)")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def written(sources):
    return [source for source in sources if not source.is_generated]


def line_lengths(sources):
    for source in written(sources):
        if not source.is_code:
            continue
        for number, line in enumerate(source.lines, 1):
            if len(line) > table.LINE_MAX:
                yield source.path, number, f"{len(line)} characters, {table.LINE_MAX} at most"


def file_lengths(sources):
    """No file that grows when a feature is added."""
    for source in written(sources):
        count = len(source.lines)
        limit, why = table.FILE_MAX, "split it by noun"
        if source.path.endswith(".h"):
            limit, why = table.HEADER_MAX, "a header is read as a whole"
            if source.path in table.LONG_HEADERS:
                limit, why = table.LONG_HEADERS[source.path]
        if source.is_code and count > limit:
            yield source.path, limit + 1, f"{count} lines, {limit} at most: {why}"


def markers(sources):
    """Nothing unfinished is left behind; what is missing is an issue."""
    for source in written(sources):
        for number, line in enumerate(source.lines, 1):
            match = _MARKERS.search(line)
            if match:
                yield source.path, number, f"{match.group(1)}: finish it, or file an issue"


def whitespace(sources):
    for source in written(sources):
        if source.text and not source.text.endswith("\n"):
            yield source.path, len(source.lines), "no newline at the end"
        for number, line in enumerate(source.lines, 1):
            if "\t" in line:
                yield source.path, number, "a tab"
            if line != line.rstrip() and not source.path.endswith(".md"):
                yield source.path, number, "white space at the end of the line"
            if "\r" in line:
                yield source.path, number, "a carriage return"


def private_paths(sources):
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            match = _PRIVATE_PATH.search(line)
            if match:
                yield source.path, number, f"{match.group(1)} is a path of somebody's machine"


def lock_files(sources):
    """Lock files name versions and hashes, not where somebody fetched them."""
    needle = '"resolved": "' + "http"
    for source in sources:
        if source.path.endswith("package-lock.json") and needle in source.text:
            yield source.path, 1, "holds download addresses; see omit-lockfile-registry-resolved"


def executables(sources):
    for source in sources:
        if source.text.startswith("#!") and not source.executable:
            yield source.path, 1, "begins with #! but has no run bit"
        is_verb = re.match(r"(script/[a-z]+|\.ci/run|certs/make)$", source.path)
        if is_verb and not source.text.startswith("#!"):
            yield source.path, 1, "is a command and must begin with #!"


def readme(sources):
    source = next((each for each in sources if each.path == "README.md"), None)
    if source is None:
        yield "README.md", 1, "is missing"
        return
    if len(source.lines) >= table.README_MAX:
        yield "README.md", table.README_MAX, f"{len(source.lines)} lines are too many"
    for command in ("script/server", "script/test"):
        if command not in source.text:
            yield "README.md", 1, f"does not name {command}"


def document_links(sources):
    """Links between documents lead somewhere."""
    paths = {source.path for source in sources}
    folders = {os.path.dirname(path) for path in paths}
    for source in sources:
        if not source.path.endswith(".md"):
            continue
        for number, line in enumerate(source.lines, 1):
            for target in _LINK.findall(line):
                if re.match(r"[a-z]+:", target) or target.endswith((".png", ".svg")):
                    continue
                full = os.path.normpath(os.path.join(os.path.dirname(source.path), target))
                if full not in paths and full not in folders:
                    yield source.path, number, f"{target} leads nowhere"


def decision_index(sources):
    """Every decision is in the index, and no number is given twice."""
    index = next((s.text for s in sources if s.path == "docs/decisions/README.md"), "")
    numbers = {}
    for source in sources:
        match = re.match(r"docs/decisions/((\d{4})-.+\.md)$", source.path)
        if not match:
            continue
        if match.group(1) not in index:
            yield source.path, 1, "is not in docs/decisions/README.md"
        if match.group(2) in numbers:
            yield source.path, 1, f"has the number of {numbers[match.group(2)]}"
        numbers[match.group(2)] = source.path


def client_imports(sources):
    """The client brings in its few packages and itself, and writes no markup by hand."""
    for source in sources:
        if not source.path.startswith("client-web/src/") or not source.is_script:
            continue
        for number, line in enumerate(source.lines, 1):
            for one, other in _IMPORT.findall(line):
                name = one or other
                if not name.startswith(".") and name not in table.CLIENT_PACKAGES:
                    yield source.path, number, f"{name} is no package of the client"
            for word in table.CLIENT_BANNED:
                if word in line:
                    yield source.path, number, f"{word}: text nodes only"


def client_types(sources):
    for source in written(sources):
        if not source.path.startswith("client-web/src/") or not source.is_script:
            continue
        for number, line in enumerate(source.code, 1):
            if _ANY.search(line):
                yield source.path, number, "any is no type"


CHECKS = (
    line_lengths, file_lengths, markers, whitespace, private_paths, lock_files, executables, readme,
    document_links, decision_index, client_imports, client_types,
)

"""A file as the checks see it: its lines, and its code without comments and strings."""

import os
import re
import subprocess

C_SUFFIXES = (".c", ".h")
SCRIPT_SUFFIXES = (".ts", ".tsx", ".mjs", ".js", ".cjs")
CODE_SUFFIXES = C_SUFFIXES + SCRIPT_SUFFIXES + (".css", ".py", ".sh")
# Made by a program, or kept as somebody else wrote it.
GENERATED = re.compile(
    r"package-lock\.json$|^protocol/(schema|sight)/|^protocol/authority\.md$|^tests/journals/"
)
GENERATED_SAYS = "do not edit"  # near the top of what `peerset describe` writes

_TOKEN = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL
)


def blank(match):
    """Spaces in place of a comment or the inside of a string, so that lines and columns stay."""
    text = match.group(0)
    if text[0] in "\"'":
        return text[0] + " " * (len(text) - 2) + text[-1]
    return re.sub(r"[^\n]", " ", text)


class Source:
    """One text file. `path` is relative to the root of the project."""

    def __init__(self, path, text, executable=False):
        self.path = path
        self.text = text
        self.executable = executable
        self.lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")
        self._code = None

    @property
    def code(self):
        """The lines of a C file without comments and strings."""
        if self._code is None:
            self._code = _TOKEN.sub(blank, self.text).split("\n")
        return self._code

    @property
    def is_c(self):
        return self.path.endswith(C_SUFFIXES)

    @property
    def is_script(self):
        return self.path.endswith(SCRIPT_SUFFIXES)

    @property
    def is_code(self):
        return self.path.endswith(CODE_SUFFIXES) or self.text.startswith("#!")

    @property
    def is_generated(self):
        return bool(GENERATED.search(self.path)) or GENERATED_SAYS in self.text[:200]

    @property
    def floor(self):
        """The folder under server/ that a file belongs to, or None."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "server" and len(parts) > 2 else None


def read_all(root):
    """Every text file of the project that is committed, or would be."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout.split("\0")
    sources = []
    for path in sorted(filter(None, listed)):
        full = os.path.join(root, path)
        if not os.path.isfile(full):
            continue
        with open(full, "rb") as file:
            content = file.read()
        if b"\0" in content:
            continue
        sources.append(Source(path, content.decode("utf-8", "replace"), os.access(full, os.X_OK)))
    return sources

"""The one table: who may include whom, which library belongs where, and how long things may be.

The floors are those of docs/architecture.md. A change here is a change of the architecture.
"""

from dataclasses import dataclass, field

# Headers of libc that bring values and types only.
VALUES = frozenset({"stdint.h", "stddef.h", "stdbool.h", "string.h", "limits.h"})

# Outside libraries: how their headers begin, and the one folder they belong to (with who else may).
LIBRARIES = {
    "openssl/": ("server/seal", "server/shell"),
    "jansson.h": ("server/wire",),
    "sqlite3.h": ("server/journal",),
    "libpq-fe.h": ("server/journal",),
    "pthread.h": ("server/journal",),
    "uv.h": ("server/shell",),
    "libwebsockets.h": ("server/shell",),
    "zlib.h": ("server/shell",),
}

ALLOCATION = ("malloc", "calloc", "realloc", "free", "strdup", "strndup")
TIME = ("time", "clock", "gettimeofday", "clock_gettime", "localtime", "gmtime", "mktime")
CHANCE = ("rand", "srand", "random", "srandom", "drand48", "arc4random")
PRINTING = ("printf", "fprintf", "vprintf", "vfprintf", "puts", "fputs", "putchar", "perror")
FORMATTING = ("snprintf", "vsnprintf", "sscanf")
FILES = (
    "fopen", "open", "fread", "fwrite", "read", "write", "close", "fclose", "getenv", "setlocale",
)
ENDING = ("exit", "_exit", "abort")
SORTING = ("qsort", "bsearch")  # glibc's may allocate, and their order of equals is not promised
PURE = ALLOCATION + TIME + CHANCE + PRINTING + FORMATTING + FILES + ENDING + SORTING

# In no file: each writes past its memory, hides an error, or starts a shell. What to use instead.
BANNED_EVERYWHERE = {
    "strcpy": "ps_text or memcpy with a size",
    "strcat": "ps_text",
    "sprintf": "ps_text or snprintf",
    "vsprintf": "vsnprintf",
    "gets": "fgets",
    "atoi": "strtol with its errors looked at",
    "atol": "strtol with its errors looked at",
    "atoll": "strtoll with its errors looked at",
    "atof": "nothing: there are no floats here",
    "strtok": "memchr",
    "alloca": "a bounded array",
    "system": "nothing: the server starts no programs",
    "popen": "nothing: the server starts no programs",
}


@dataclass(frozen=True)
class Floor:
    """One folder of the server.

    may     : folders (or single headers) whose headers it may include, besides itself
    system  : libc headers it may include; None for all
    banned  : calls it may not make, besides BANNED_EVERYWHERE
    floats  : may it calculate with float and double?
    but     : {file: calls or headers that this one file may use all the same}
    """

    may: frozenset = frozenset()
    system: frozenset = None
    banned: tuple = ()
    floats: bool = True
    but: dict = field(default_factory=dict)


FLOORS = {
    "base": Floor(
        system=VALUES,
        banned=PURE,
        floats=False,
        # The one way out of a broken program: it says what was wrong and stops.
        but={"assert.c": {"stdio.h", "stdlib.h", "fprintf", "abort"}},
    ),
    "seal": Floor(may=frozenset({"base"}), banned=TIME + CHANCE + PRINTING),
    "journal": Floor(may=frozenset({"base", "seal"}), banned=CHANCE + PRINTING + ENDING),
    "core": Floor(may=frozenset({"base"}), system=VALUES, banned=PURE, floats=False),
    "activities": Floor(may=frozenset({"base", "core"}), system=VALUES, banned=PURE, floats=False),
    "wire": Floor(
        # Of the journal only its contract, for the record that wire writes and reads.
        may=frozenset({"base", "core", "journal/journal.h"}),
        system=VALUES,
        banned=ALLOCATION + TIME + CHANCE + PRINTING + FILES + ENDING,
    ),
    "hub": Floor(
        may=frozenset({"base", "seal", "core", "wire", "journal/journal.h"}),
        system=VALUES | {"stdlib.h", "stdio.h", "inttypes.h", "stdarg.h"},
        banned=TIME + CHANCE + PRINTING + FILES + ENDING,
        # A set that asserts is put aside and the others go on: the way back out of the assertion.
        but={"guard.c": {"setjmp.h"}},
    ),
    "shell": Floor(may=frozenset({"base", "hub", "journal/journal.h"}), banned=CHANCE),
}

# Symbols that the pure archives may leave to others: libc's five, the assert hook, what gcc and
# clang put in by themselves. Everything else must be defined in an archive named here.
PURE_SYMBOLS = frozenset({"memcpy", "memmove", "memset", "memcmp", "strlen", "ps_assert_failed"})
COMPILER_SYMBOLS = frozenset({
    "__stack_chk_fail", "__memcpy_chk", "__memmove_chk", "__memset_chk", "_GLOBAL_OFFSET_TABLE_",
})
# What the core declares and the activities define: the registry, and the bids of the agenda.
# Nothing else goes up; a new name here is a new seam and needs its reason.
SEAMS = frozenset({
    "ps_activity_at", "ps_activity_find", "ps_activity_for", "ps_kind_title",
    "ps_method_activity", "ps_method_at", "ps_method_find", "ps_method_next", "ps_method_word",
    "ps_agenda_bids",
})
PURE_ARCHIVES = {"core": ("base", "core"), "activities": ("base", "core", "activities")}

# What the browser client may import from outside.
CLIENT_PACKAGES = frozenset({"preact", "preact/hooks", "@preact/signals"})
CLIENT_BANNED = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write")

LINE_MAX = 100
FILE_MAX = 600  # lines; at 400 somebody should think
HEADER_MAX = 170
FUNCTION_MAX = 60
README_MAX = 100

# Headers that are longer on purpose: how long, and why. Shrink a number when the header shrinks.
LONG_HEADERS = {
    "server/core/nouns.h": (330, "the whole state of a set, to be read on one page"),
    "server/core/set.h": (270, "the core's one contract: scene, command, outcome, events"),
    "server/hub/hub.h": (200, "one contract between hub, shell and simulator, read as a whole"),
    "server/journal/journal.h": (190, "one contract for three backends, read as a whole"),
}

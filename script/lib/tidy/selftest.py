"""Tests of the checks: each is shown what it must find and what it must let pass."""

from . import checks_c, checks_text, purity, table
from .source import Source


def found(check, *files):
    """What `check` says about files given as (path, text[, executable])."""
    return [(path, line) for path, line, _ in check([Source(*file) for file in files])]


def body(count):
    return "int f(void)\n{\n" + "    step();\n" * count + "}\n"


CASES = [
    ("core may include base", checks_c.floors,
     [("server/core/a.c", '#include "base/text.h"\n#include "core/b.h"\n')], 0),
    ("core may not include wire", checks_c.floors,
     [("server/core/a.c", '#include "wire/frame.h"\n')], 1),
    ("hub may include the journal's contract", checks_c.floors,
     [("server/hub/a.c", '#include "journal/journal.h"\n')], 0),
    ("hub may not look inside the journal", checks_c.floors,
     [("server/hub/a.c", '#include "journal/journal_backend.h"\n')], 1),
    ("main.c stands above all floors", checks_c.floors,
     [("server/main.c", '#include "wire/frame.h"\n')], 0),
    ("sqlite belongs to the journal", checks_c.libraries,
     [("server/hub/a.c", "#include <sqlite3.h>\n"),
      ("server/journal/a.c", "#include <sqlite3.h>\n")], 1),
    ("core sees values only", checks_c.libraries,
     [("server/core/a.c", "#include <stdint.h>\n#include <stdio.h>\n")], 1),
    ("assert.c may print", checks_c.libraries,
     [("server/base/assert.c", "#include <stdio.h>\n"),
      ("server/base/err.c", "#include <stdio.h>\n")], 1),
    ("strcpy is banned everywhere", checks_c.banned_calls,
     [("server/shell/a.c", "    strcpy(to, from);\n"),
      ("tests/unit/a.c", "    strcpy(a, b);\n")], 2),
    ("malloc is banned in the core", checks_c.banned_calls,
     [("server/core/a.c", "    p = malloc(3);\n"), ("server/hub/a.c", "    p = malloc(3);\n")], 1),
    ("a banned name in a comment or a string is no call", checks_c.banned_calls,
     [("server/core/a.c", '/* malloc(3) */\nchar *s = "time(0)"; // rand()\n')], 0),
    ("a slot of a struct is no call of libc", checks_c.banned_calls,
     [("server/core/a.c", "    port->close(x);\n    port.free(x);\n    ps_time(x);\n")], 0),
    ("no float in the core", checks_c.floats,
     [("server/core/a.c", "double x;\n"), ("server/shell/a.c", "double x;\n")], 1),
    ("own header first", checks_c.own_header_first,
     [("server/core/a.h", ""),
      ("server/core/a.c", '#include <string.h>\n#include "core/a.h"\n')], 1),
    ("own header first is enough", checks_c.own_header_first,
     [("server/core/a.h", ""),
      ("server/core/a.c", '#include "core/a.h"\n#include <string.h>\n')], 0),
    ("a header is guarded", checks_c.guards,
     [("server/core/a.h", "int x;\n"), ("server/core/b.h", "/* b */\n#pragma once\n")], 1),
    ("a function of 60 lines passes", checks_c.function_lengths, [("server/hub/a.c", body(60))], 0),
    ("a function of 61 lines does not", checks_c.function_lengths,
     [("server/hub/a.c", body(61))], 1),
    ("an array of variable length", checks_c.variable_arrays,
     [("server/hub/a.c", "    char room[count + 1];\n")], 1),
    ("arrays of constant length", checks_c.variable_arrays,
     [("server/hub/a.c", "    char room[PS_ROOM + 1];\n    int x[sizeof(y)] = {0};\n"
       "    int z[8 * PS_COUNT(y)];\n    return rows[i];\n    char *p = rows[i];\n")], 0),
    ("a prototype without a docstring", checks_c.docstrings,
     [("server/hub/a.h", "/* Why. */\nint ps_a(void);\n\nint ps_b(int x,\n         int y);\n")], 1),
    ("groups, notes beside and inline functions", checks_c.docstrings,
     [("server/hub/a.h", "/* Why. */\nint ps_a(void);\nint ps_b(void);\n\nint ps_c(void); /* c */\n"
       "\n/* S. */\nstruct ps_s {\n    int x;\n};\nstruct ps_s ps_e(void);\n"
       "\nstatic inline int ps_d(void)\n{\n}\n")], 0),
    ("a test that is in no list", checks_c.listed_tests,
     [("tests/unit/a_test.c", ""), ("tests/unit/b_test.c", ""),
      ("tests/unit/x.list", "b : b_test.c : base_dep\n")], 1),
    ("a long line", checks_text.line_lengths,
     [("a.c", "x" * 101 + "\n"), ("b.c", "é" * 100 + "\n"), ("c.md", "x" * 300 + "\n")], 1),
    ("a long file and a long header", checks_text.file_lengths,
     [("a.c", "\n" * 601), ("b.c", "\n" * 600), ("c.h", "\n" * 171), ("d.md", "\n" * 900)], 2),
    ("an unfinished place", checks_text.markers,
     [("a.c", "/* TO" + "DO: later */\n"), ("b.sh", "mktemp a.XXXXXX\n")], 1),
    ("tabs, spaces at the end and a missing newline", checks_text.whitespace,
     [("a.c", "\tx\ny \nz")], 3),
    ("paths of somebody's machine", checks_text.private_paths,
     [("a.md", "see /ho" + "me/jo/x\nhttps://example.org/ho" + "me/x\nframework/x\n")], 1),
    ("a lock file with addresses", checks_text.lock_files,
     [("x/package-lock.json", '"resolved": "ht' + 'tps://example.org/a.tgz"\n')], 1),
    ("a script without its run bit", checks_text.executables,
     [("script/x", "#!/bin/sh\n"), ("script/y", "#!/bin/sh\n", True),
      ("script/z", "echo\n", True)], 2),
    ("a README that is too long and names no command", checks_text.readme,
     [("README.md", "\n" * 100)], 3),
    ("a good README", checks_text.readme, [("README.md", "script/server\nscript/test\n")], 0),
    ("links of documents", checks_text.document_links,
     [("docs/a.md", "[b](b.md) [c](../c.md#x) [d](https://example.org)\n"), ("docs/b.md", "")], 1),
    ("decisions are indexed and numbered once", checks_text.decision_index,
     [("docs/decisions/README.md", "[1](0001-a.md) [1](0001-b.md)\n"),
      ("docs/decisions/0001-a.md", ""), ("docs/decisions/0001-b.md", ""),
      ("docs/decisions/0002-c.md", "")], 2),
    ("what the client may import", checks_text.client_imports,
     [("client-web/src/a.ts", "import { h } from 'preact'\nimport x from './x.js'\n"
       "import _ from 'lodash'\nnode.innerHTML = ''\n")], 2),
    ("any is no type", checks_text.client_types,
     [("client-web/src/a.ts", "let a: any\nlet b = c as any\n// any: word\nconst any = 1\n")], 2),
]


def purity_cases():
    """(name, got, expected) for the reading of nm's names."""
    ours = {"ps_floor_next"}
    yield "ours, libc's five and the compiler's are pure", purity.strangers(
        ours | {"memcpy", "ps_assert_failed", "__stack_chk_fail"}, ours), set()
    yield "malloc is not pure", purity.strangers({"malloc", "memcpy"}, ours), {"malloc"}
    higher = {"ps_hub_tick"}
    yield "a symbol of a higher floor is not pure", purity.strangers(higher, ours), higher


def table_cases():
    """The table itself must make sense: floors go down, exceptions say why."""
    order = list(table.FLOORS)
    below = all(
        may.split("/")[0] in order[:order.index(name)]
        for name, floor in table.FLOORS.items() for may in floor.may
    )
    yield "a floor names lower floors only", below, True
    yield "every long header has a reason", all(why for _, why in table.LONG_HEADERS.values()), True


def run():
    results = [(name, len(found(check, *files)), count) for name, check, files, count in CASES]
    results += list(purity_cases()) + list(table_cases())
    failed = 0
    for number, (name, got, expected) in enumerate(results, 1):
        failed += got != expected
        print(f"{'ok' if got == expected else 'not ok'} {number} - {name}")
        if got != expected:
            print(f"#   found {got}, expected {expected}")
    print(f"1..{len(results)}")
    return 1 if failed else 0

#!/usr/bin/python3
"""The house rules that a machine can check: lint.py RULE SOURCE_DIR [BUILD_DIR].

Rules: headers, sizes, arrows, errors, examples, tests, operators, paths. Prints each offence as
file:line: message and exits 1 if there is one.
Each rule is a function below; its docstring is the rule.
"""
import os
import re
import subprocess
import sys
import tempfile

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60


def tracked_files(source):
    """Paths of the files git tracks or would track, relative to the source folder."""
    out = subprocess.run(["git", "-C", source, "ls-files", "-co", "--exclude-standard"],
                         capture_output=True, text=True, check=True).stdout
    return sorted(f for f in out.splitlines() if os.path.isfile(os.path.join(source, f)))


def read(source, path):
    with open(os.path.join(source, path), encoding="utf-8") as file:
        return file.read()


def headers(source, _):
    """A source file begins with its name and title, the licence, and what it is for."""
    for path in tracked_files(source):
        if not path.endswith((".cpp", ".h", ".td", ".fbs")):
            continue
        lines = read(source, path).splitlines()[:12]
        if os.path.basename(path) not in (lines[0] if lines else ""):
            yield path, 1, "the first line does not name the file"
        if not any("SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception" in l for l in lines):
            yield path, 1, "no licence line"
        elif not any(re.match(r"^(//|\|\*) \w", l) and "SPDX" not in l and "Part of" not in l
                     for l in lines[1:]):
            yield path, 1, "no line says what the file is for"


def function_lengths(text):
    """(first line, length) of each function, free or of a class, found by indentation."""
    lines = text.splitlines()
    head = start = None
    for number, line in enumerate(lines, 1):
        if start:
            if line.startswith(indent + "}"):
                yield start, number - start + 1
                start = None
            continue
        found = re.match(r"( {2})?[^\s}#/]", line)
        if found:
            head, indent = number, found.group(1) or ""
        if head and line.endswith("{"):
            declaration = " ".join(lines[head - 1:number]).strip()
            if "(" in declaration and not re.match(r"(namespace|struct|class|enum|union|extern)\b", declaration):
                start = head
            head = None


def sizes(source, _):
    """Files stay under 500 lines, functions under 60."""
    for path in tracked_files(source):
        if not path.endswith((".cpp", ".h", ".td", ".py")):
            continue
        text = read(source, path)
        count = text.count("\n")
        if count >= MAX_FILE_LINES:
            yield path, 1, f"{count} lines, the limit is {MAX_FILE_LINES}"
        if path.endswith((".cpp", ".h")):
            for line, length in function_lengths(text):
                if length >= MAX_FUNCTION_LINES:
                    yield path, line, f"a function of {length} lines, the limit is {MAX_FUNCTION_LINES}"


def room_of(path):
    """The room a file belongs to: the deepest folder that holds a README.md."""
    parts = path.split("/")
    if parts[0] == "include":
        parts = ["lib"] + parts[2:]
    if parts[0] == "runtime":
        return "runtime"
    return "/".join(parts[:2 if parts[0] in ("lib", "dialects") else 1])


def included_room(include):
    """The room of an #include of ours, or None."""
    if include.startswith(("cim/", "xbar/")):
        return "dialects/" + "/".join(include.split("/")[:2])
    if include.startswith("cim-mlir/"):
        return "lib/" + include.split("/")[1]
    if include.startswith("cim-runtime/"):
        return "runtime"
    return None


def declared_rooms(source, room):
    """The rooms that a room's README declares on its line `Includes:`."""
    path = os.path.join(room, "README.md")
    if not os.path.isfile(os.path.join(source, path)):
        return None
    found = re.search(r"^Includes:\s*(.*(?:\n(?!\n).*)*)", read(source, path), re.M)
    return {r.strip(" `.\n") for r in found.group(1).split(",")} if found else set()


def arrows(source, _):
    """A room includes itself, upstream libraries and the rooms its README declares."""
    for path in tracked_files(source):
        if not path.endswith((".cpp", ".h")) or path.split("/")[0] in ("tools", "test"):
            continue
        room = room_of(path)
        allowed = declared_rooms(source, room)
        if allowed is None:
            yield path, 1, f"the room {room} has no README.md"
            continue
        for number, line in enumerate(read(source, path).splitlines(), 1):
            found = re.match(r'#include ["<]([^">]+)[">]', line)
            if not found:
                continue
            include = found.group(1)
            target = included_room(include)
            if room == "runtime" and (target not in (None, "runtime") or include.startswith(
                    ("mlir/", "llvm/", "google/", "onnx/"))):
                yield path, number, f"the runtime may not include {include}"
            elif target and target != room and not target.startswith(room + "/") \
                    and not any(target == r or target.startswith(r + "/") for r in allowed):
                yield path, number, f"{room} does not declare {target} in its README"


def errors(source, _):
    """Error text begins in lower case and does not end with a period."""
    literal = r'"((?:[^"\\]|\\.)*)"'
    emitted = re.compile(r"emit\w*(?:Error|Warning|Remark)\([^\";{]*" + literal + r"([^;]*);")
    for path in tracked_files(source):
        if not path.endswith((".cpp", ".h")) or path.startswith("test/"):
            continue
        text = read(source, path)
        for found in emitted.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            literals = [found.group(1)] + re.findall(literal, found.group(2))
            if re.match("[A-Z][a-z]", literals[0]):
                yield path, line, "error text begins in upper case: " + literals[0]
            if literals[-1].endswith("."):
                yield path, line, "error text ends with a period: " + literals[-1]


def fenced_blocks(text):
    """(line, text) of each ```mlir block."""
    for found in re.finditer(r"^[ ]*```mlir\n(.*?)^[ ]*```", text, re.M | re.S):
        yield text.count("\n", 0, found.start()) + 1, found.group(1)


def examples(source, build):
    """Each ```mlir example of a .td file or README.md is read and round-trips."""
    for path in tracked_files(source):
        if not path.endswith((".td", "README.md")):
            continue
        for line, block in fenced_blocks(read(source, path)):
            with tempfile.NamedTemporaryFile("w", suffix=".mlir") as file:
                file.write(block)
                file.flush()
                run = subprocess.run([os.path.join(build, "bin/cim-opt"), "--verify-roundtrip", file.name],
                                     capture_output=True, text=True)
            if run.returncode:
                yield path, line, "the example does not parse: " + run.stderr.split("\n")[0]
    yield from undocumented(source)


def undocumented(source):
    """Each op, attribute, type and pass has a summary and a description with an example."""
    for path in tracked_files(source):
        if not path.endswith(".td"):
            continue
        text = read(source, path)
        starts = [m for m in re.finditer(
            r"^def (\w+) : (?:Cim_Op|Xbar_Op|Xbar_Instruction|Cim_Attr|TypeDef|Pass|InterfacePass)<", text, re.M)]
        ends = [m.start() for m in starts[1:]] + [len(text)]
        for start, end in zip(starts, ends):
            body = text[start.start():end]
            line = text.count("\n", 0, start.start()) + 1
            if "let summary" not in body:
                yield path, line, f"{start.group(1)} has no summary"
            if "```mlir" not in body:
                yield path, line, f"{start.group(1)} has no example"


def tests(source, _):
    """Each pass has a structure and an errors test."""
    files = tracked_files(source)
    lit = [f for f in files if f.startswith("test/") and f.endswith((".mlir", ".test"))]
    contents = {f: read(source, f) for f in lit}
    for path in files:
        if not path.endswith("Passes.td"):
            continue
        for name in re.findall(r'^def \w+ : (?:Interface)?Pass<"([\w-]+)"', read(source, path), re.M):
            users = [f for f in lit if name in contents[f]]
            if not any("CHECK" in contents[f] for f in users):
                yield path, 1, f"no structure test uses {name}"
            if not any("expected-error" in contents[f] or "RUN: not" in contents[f] for f in users):
                yield path, 1, f"no errors test uses {name}"


def operators(source, _):
    """Each operator of the ONNX importer has a test file of its name that imports one and refuses one,
    and each diagnostic of the importer is expected somewhere."""
    folder = "test/Frontend/ONNX/"
    files = tracked_files(source)
    contents = {f: read(source, f) for f in files if f.startswith(folder)}
    expected = "\n".join(l for text in contents.values() for l in text.splitlines() if "error: " in l)
    for path in files:
        if not path.startswith("lib/Frontend/ONNX/") or not path.endswith(".cpp"):
            continue
        text = read(source, path)
        for found in re.finditer(r'^  table\["(\w+)"\] = ', text, re.M):
            name, line = found.group(1), text.count("\n", 0, found.start()) + 1
            test = folder + re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower() + ".onnxtxt"
            models = contents.get(test, "").split("\n//--- ")[1:]
            if not any("# CHECK" in m and re.search(rf" = ([\w.]+\.)?{name}[<(]", m) for m in models):
                yield path, line, f"{test} imports no {name}"
            if not any(m.startswith("refused/") and f"({name}): " in m for m in models):
                yield path, line, f"{test} refuses no {name}"
        for found in re.finditer(r"\bfail(?:At)?\((.*?)\);", text, re.S):
            literals = re.findall(r'"([^"]*)"', found.group(1))
            if literals and max(literals, key=len) not in expected:
                yield path, text.count("\n", 0, found.start()) + 1, "no test expects this diagnostic"


def paths(source, _):
    """Nothing tracked names a path of one machine."""
    for path in tracked_files(source):
        if path.endswith((".onnx", ".mlirbc", ".cim", ".npy", ".npz", ".gz")) or path == "test/lint/lint.py":
            continue
        for number, line in enumerate(read(source, path).splitlines(), 1):
            if re.search(r"(^|[\s\"'=(])/(work|root|home|tmp/log)/", line):
                yield path, number, "names a path of one machine"


def main():
    rule, source = sys.argv[1], sys.argv[2]
    build = sys.argv[3] if len(sys.argv) > 3 else None
    offences = list(globals()[rule](source, build))
    for path, line, message in offences:
        print(f"{path}:{line}: {message}")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Collects what the fuzzers begin with: seeds.py importer|loader|mlir OUTDIR CIM_COMPILE

Models are the sections of the importer's tests and, if Debian's libonnx-testdata is installed, ONNX's node tests;
modules are the sections of all tests. Programs are the golden files and what the compiler makes of the first section
of each of the importer's tests, one half of them without crossbars.
"""
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NODE_TESTS = "/usr/share/libonnx-testdata/data/node"
MAX_BYTES = 8192
SANITIZER = "allow_user_poisoning=0:malloc_fill_byte=0:detect_leaks=0"  # See Lower.cpp.


def read(path):
    with open(path, "rb") as file:
        return file.read()


def sections(pattern, separator):
    """(name, text) of the sections of test files, without their comments."""
    for path in sorted(glob.glob(TESTS + pattern, recursive=True)):
        for index, section in enumerate(re.split(separator, read(path).decode())):
            text = re.sub(r"(?m)^\s*(//|#).*\n?", "", section).strip()
            if text and not text.startswith("RUN:"):
                yield f"{os.path.basename(path)}-{index}", text.encode()


def models():
    yield from sections("/Frontend/ONNX/*.onnxtxt", r"(?m)^.*--- .*\n")
    yield from sections("/Frontend/ONNX/*.pbtxt", r"(?m)^.*--- .*\n")
    for path in glob.glob(NODE_TESTS + "/*/model.onnx"):
        yield os.path.basename(os.path.dirname(path)), read(path)


def programs(folder, cim_compile):
    for path in glob.glob(TESTS + "/Target/Program/*.cim"):
        shutil.copy(path, folder)

    def make(index, name, text):
        model = os.path.join(folder, name + ".onnxtxt")
        with open(model, "wb") as file:
            file.write(text)
        options = ["--digital"] if index % 2 else ["--calibration=random:0", "--calibration-samples=1"]
        subprocess.run([cim_compile, model, "-o", os.path.join(folder, name + ".cim"), *options], check=False,
                       stderr=subprocess.DEVNULL, env={**os.environ, "ASAN_OPTIONS": SANITIZER})
        os.remove(model)

    firsts = {name.rsplit("-", 1)[0]: text for name, text in reversed(list(models())) if ".onnxtxt-" in name}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for index, (name, text) in enumerate(firsts.items()):
            pool.submit(make, index, name, text)


def main():
    kind, folder, cim_compile = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    if kind == "loader":
        return programs(folder, cim_compile)
    for name, data in models() if kind == "importer" else sections("/**/*.mlir", r"(?m)^// -----\n"):
        if len(data) <= MAX_BYTES:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)


main()

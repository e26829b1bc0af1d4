#!/usr/bin/python3
"""Compiles the quantized models of test/models/quantized and compares them with their producers.

Each row is one call of cim-compile with an ideal ADC and one of cim-run. The widths are those that
the model fixed for its layers, as cim-compile --emit=cim shows them.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np

from table import print_table

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "test/models/quantized")
TARGET = os.path.join(ROOT, "tools/demo/target.yaml")
COLUMNS = ["model", "producer", "form", "weights", "activations", "layers mapped", "largest difference", "largest output", "same class"]
# What a model's name begins with, longest first: who wrote it, and in which form.
ORIGINS = [("qonnx_to_qcdq", "Brevitas, qonnx", "QCDQ"), ("qonnx_", "Brevitas", "QONNX"), ("qcdq_", "Brevitas", "QCDQ"),
           ("ort_qdq", "onnxruntime", "QDQ"), ("ort_qoperator", "onnxruntime", "QOperator"),
           ("ort_dynamic", "onnxruntime", "dynamic")]


def call(command):
    """Runs a command; on failure shows what it printed and ends."""
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"quantized: this command failed: {' '.join(command)}\n{run.stderr}")
    return run.stdout


def widths(cim):
    """The sets of weight and activation widths of the layers, and how many of all are mapped."""
    aliases = dict(re.findall(r"^(#\w+) = (#cim\.(?:precision|quantization)<.*)$", cim, re.M))
    weights, activations, mapped = set(), set(), 0
    for alias, text in re.findall(r"= cim\.(?:conv2d|matmul|matmul_dynamic) .*?precision = (?:(#\w+)|(#cim\.precision<.*))", cim):
        text = aliases.get(alias, text)
        weight, activation = re.search(r"weight = <(.*?)(?:, activation = <(.*))?$", text).groups()
        bits = lambda part: int(next(iter(re.findall(r"bits = (\d+)", part or "")), 8))
        weights.add(bits(weight))
        activations.add(bits((activation or "").split(">")[0]))
        mapped += 1
    digital = len(re.findall(r"= tosa\.(?:conv2d|depthwise_conv2d|matmul) ", cim))
    return weights, activations, f"{mapped} of {mapped + digital}"


def measure(args, name, folder):
    """One row of the table, as a dictionary."""
    program, result = os.path.join(folder, "p.cim"), os.path.join(folder, "y.npy")
    images = os.path.join(FOLDER, "images.npz")
    compile_ = [os.path.join(args.bin, "cim-compile"), os.path.join(FOLDER, name + ".onnx"), "--target=" + TARGET,
                "--calibration=" + images]
    weights, activations, mapped = widths(call(compile_ + ["--emit=cim", "-o", "-"]))
    call(compile_ + ["-o", program])
    call([os.path.join(args.bin, "cim-run"), program, "--input=" + images, "--output=" + result])
    expected = np.load(os.path.join(FOLDER, name + ".npy"))
    got = np.load(result).reshape(expected.shape)
    _, producer, form = next(origin for origin in ORIGINS if name.startswith(origin[0]))
    same = int((got.argmax(1) == expected.argmax(1)).sum())
    return dict(zip(COLUMNS, [name, producer, form, ", ".join(map(str, sorted(weights))) or "-",
                              ", ".join(map(str, sorted(activations))) or "-", mapped,
                              f"{np.abs(got - expected).max():.2g}", f"{np.abs(expected).max():.3g}",
                              f"{same} of {len(got)}"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of cim-compile and cim-run")
    parser.add_argument("--model", action="append", help="a model's name without .onnx, by default all")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    args = parser.parse_args()
    names = args.model or sorted(f[:-5] for f in os.listdir(FOLDER) if f.endswith(".onnx"))
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(args, name, folder) for name in names]
    if args.json:
        return print(json.dumps(rows, indent=2))
    print_table([COLUMNS] + [[row[column] for column in COLUMNS] for row in rows])


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Compiles large networks at w8a8 and digitally, compares the latter with onnxruntime, prints a table.

The networks are ResNet-18, VGG-16, ViT-B/32, Inception-V3 and DistilBERT with seeded random weights of torch, in a folder
that make-topologies.py fills where a model is missing; or, much quicker, with weights that numpy draws (--skeletons).
Times and memory are those of the commands that a user would type.
"""
import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx

from table import print_table

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(ROOT, "test/models/topologies")
sys.path.append(FOLDER)
import fill

SMALL = ["small_vit", "small_inception", "small_distilbert"]
NAMES = ["resnet18", "vgg16", "vit_b_32", "inception_v3", "distilbert"]
COLUMNS = ["model", "MB", "import s", "compile s", "peak MB", "of the file", "layers mapped", "digital operations",
           "max error", "samples/s", "w8a8 samples/s"]
W8A8 = ["--precision=w8a8", "--calibration=random:0", "--calibration-samples=1"]
ELIDE = ["--mlir-elide-elementsattrs-if-larger=1", "--mlir-elide-resource-strings-if-larger=1"]
PRODUCTS = {"Conv", "Gemm", "MatMul"}


def call(command):
    """Runs a command; returns its output, the seconds it took and the bytes of memory it needed at most."""
    begin = time.time()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.time() - begin
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            sys.exit(f"topologies: this command failed: {' '.join(command)}\n{errors.read()}")
        return out.read(), seconds, usage.ru_maxrss * 1024


def prepare(args, name, path, scratch):
    """Writes what a model lacks, and its inputs; returns their shapes, the names of its outputs, the number of its products
    and what it should compute."""
    kind = "skeleton" if args.skeletons else "real"
    if args.skeletons:
        model = fill.fill(name)
        onnx.save(model, path)
    else:
        model = onnx.load(path)
    with open(os.path.join(FOLDER, "checksums.json"), encoding="utf-8") as file:
        known = json.load(file)[name][kind] == fill.checksum(model)
    for value, array in fill.make_inputs(model).items():
        np.save(os.path.join(scratch, value + ".npy"), array)
    expected = np.load(os.path.join(FOLDER, name + ".npz"))[kind] if known else None
    products = sum(node.op_type in PRODUCTS for node in model.graph.node)
    return fill.get_shapes(model), [output.name for output in model.graph.output], products, expected


def run(args, program, inputs, outputs, scratch):
    """The results of a program and the samples that it computes in a second."""
    files = [f"--input={name}={scratch}/{name}.npy" for name in inputs] + \
            [f"--output={name}={scratch}/{name}.result.npy" for name in outputs]
    out = call([os.path.join(args.bin, "cim-run"), program, "--json"] + files)[0]
    results = [np.load(f"{scratch}/{name}.result.npy").reshape(fill.SAMPLES, -1) for name in outputs]
    return np.concatenate(results, axis=1), json.loads(out)["images_per_second"]


def measure(args, name, scratch):
    """One row of the table, as a dictionary."""
    path = os.path.join(scratch if args.skeletons else args.models, name + ".onnx")
    if not args.skeletons and not os.path.exists(path):
        os.makedirs(args.models, exist_ok=True)
        call(["/usr/bin/python3", os.path.join(FOLDER, "make-topologies.py"), args.models, name])
    with multiprocessing.Pool(1) as pool: # What this process holds would count as a child's peak.
        inputs, outputs, products, expected = pool.apply(prepare, (args, name, path, scratch))
    shapes = ["--shape={}={}".format(value, "x".join(map(str, shape))) for value, shape in inputs.items()]
    row = {"model": name, "bytes": os.path.getsize(path), "products": products}
    if not args.skeletons:
        translate = [os.path.join(args.bin, "cim-translate"), "--onnx-to-mlir", path] + shapes
        row["import_seconds"] = call(translate + ["-o", os.path.join(scratch, "m.mlir")] + ELIDE)[1]
    program, report = os.path.join(scratch, "p.cim"), os.path.join(scratch, "report.json")
    compile_ = [os.path.join(args.bin, "cim-compile"), path, "-o", program] + shapes
    _, row["compile_seconds"], row["peak_bytes"] = call(compile_ + W8A8 + ["--report=" + report])
    with open(report, encoding="utf-8") as file:
        costs = json.load(file)
    row["layers"], row["digital"] = len(costs["layers"]), costs["digital"]
    quantized, row["w8a8_samples_per_second"] = run(args, program, inputs, outputs, scratch)
    call(compile_ + ["--digital"])
    got, row["samples_per_second"] = run(args, program, inputs, outputs, scratch)
    if expected is not None:
        largest = np.abs(expected).max()
        row["error"] = float(np.abs(got - expected).max() / largest)
        row["w8a8_error"] = float(np.abs(quantized - expected).max() / largest)
    return row


def cells(row):
    """The texts of one row, in the order of COLUMNS."""
    number = lambda key, form: format(row[key], form) if key in row else "-"
    return [row["model"], f"{row['bytes'] / 1e6:.0f}", number("import_seconds", ".1f"), number("compile_seconds", ".1f"),
            f"{row['peak_bytes'] / 1e6:.0f}", f"{row['peak_bytes'] / row['bytes']:.2f}", f"{row['layers']} of {row['products']}",
            str(sum(row["digital"].values())), number("error", ".1e"), number("samples_per_second", ".1f"),
            number("w8a8_samples_per_second", ".1f")]


def print_rows(rows):
    """The table, then the digital operations of each model."""
    print_table([COLUMNS] + [cells(row) for row in rows], right=True)
    print()
    for row in rows:
        counts = ", ".join(f"{count} {name.split('.')[1]}" for name, count in sorted(row["digital"].items()))
        print(f"{row['model']}: {counts}" + ("" if "error" in row else "; its weights are not those recorded"))


def main():
    parser = argparse.ArgumentParser(prog="tools/dev topologies", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=os.path.join(ROOT, "build/topologies"), metavar="FOLDER",
                        help="the models NAME.onnx, made with torch if absent (default: build/topologies)")
    parser.add_argument("--skeletons", action="store_true", help="models with weights of numpy instead, deleted afterwards")
    parser.add_argument("--model", action="append", choices=NAMES + SMALL, help="one of the models (may be repeated)")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    args = parser.parse_args()
    rows = []
    for name in args.model or NAMES:
        with tempfile.TemporaryDirectory() as scratch:
            rows.append(measure(args, name, scratch))
    if args.json:
        print(json.dumps(rows, indent=2))
    else:
        print_rows(rows)


if __name__ == "__main__":
    main()

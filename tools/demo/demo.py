#!/usr/bin/python3
"""Compiles a model for several precisions, runs it on Fashion-MNIST and prints a table.

Each row is one call of cim-compile and one of cim-run: what a user would type. The scales are
calibrated on images of the training split, accuracy is counted on the test split.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

from table import print_table

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODELS = {name: os.path.join(ROOT, "test/models", name + "_fmnist.onnx") for name in ("resnet20", "lenet", "vit")}
TARGET = os.path.join(ROOT, "tools/demo/target.yaml")
DATA = "/usr/share/datasets/fashion-mnist/"
# Label of the row, arguments of cim-compile.
ROWS = [
    ("float", ["--digital"]),
    ("w8a8, ideal ADC", ["--precision=w8a8"]),
    ("w8a8, 8-bit ADC", ["--precision=w8a8p8"]),
    ("w6a6, 6-bit ADC", ["--precision=w6a6p6"]),
    ("w4a4, 4-bit ADC", ["--precision=w4a4p4"]),
]
COLUMNS = ["configuration", "inputs", "top-1 %", "clipped %", "arrays", "writes", "MVMs", "latency ms", "images/s"]
# With --encodings: what each way to feed signed inputs costs an ADC.
ENCODINGS = ["offset", "twos_complement", "differential"]
PRECISIONS = [("w8a8, 8-bit ADC", "--precision=w8a8p8"), ("w6a6, 6-bit ADC", "--precision=w6a6p6"),
              ("w4a4, 4-bit ADC", "--precision=w4a4p4")]
ENCODING_COLUMNS = ["configuration", "inputs", "top-1 %", "clipped %", "MVMs", "clipped % of signed layers by cycle"]


def call(command):
    """Runs a command; on failure shows what it printed and ends the demo."""
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(f"demo: this command failed: {' '.join(command)}")
    return run.stdout


def measure(args, label, compile_arguments, folder):
    """One row of the table, as a dictionary."""
    program, report = os.path.join(folder, "p.cim"), os.path.join(folder, "report.json")
    command = [os.path.join(args.bin, "cim-compile"), MODELS[args.model], "-o", program,
               "--target=" + TARGET, "--report=" + report] + compile_arguments
    if "--digital" not in compile_arguments:
        command += ["--calibration=" + DATA + "train-images-idx3-ubyte.gz",
                    f"--calibration-samples={args.calibration_samples}"]
    begin = time.time()
    call(command)
    compiled = time.time()
    run = json.loads(call([os.path.join(args.bin, "cim-run"), program, "--json", "--stats",
                           "--dataset=" + DATA + "t10k-images-idx3-ubyte.gz",
                           "--labels=" + DATA + "t10k-labels-idx1-ubyte.gz"]
                          + ([f"--images={args.images}"] if args.images else [])))
    with open(report, encoding="utf-8") as file:
        costs = json.load(file)
    return {"label": label, "run": run, "total": costs["total"], "layers": costs["layers"],
            "compile_seconds": compiled - begin, "run_seconds": time.time() - compiled}


def signed_layers(row):
    """Names of the layers that are not fed by offset encoding."""
    return [layer["name"] for layer in row["layers"] if layer["input_encoding"] != "offset"]


def inputs(row):
    """How the layers are fed; signed inputs may be fed otherwise than the others."""
    signed, layers = signed_layers(row), row["layers"]
    if not layers:
        return "-"
    if not signed:
        return "offset"
    encoding = next(layer["input_encoding"] for layer in layers if layer["name"] == signed[0])
    return encoding if len(signed) == len(layers) else f"{encoding} in {len(signed)} of {len(layers)}"


def clipped(row):
    """Of all conversions, as a percentage."""
    run = row["run"]
    return f"{100 * run['clip_rate']:.3f}" if "clip_rate" in run else "-"


def cells(row):
    """The texts of one row, in the order of COLUMNS."""
    run, total = row["run"], row["total"]
    mapped = total["executes"] > 0
    return [row["label"], inputs(row), f"{100 * run['top1']:.2f}", clipped(row),
            f"{total['arrays']:,}" if mapped else "-", f"{total['writes']:,}" if mapped else "-",
            f"{total['executes']:,}" if mapped else "-",
            f"{total['latency_us'] / 1000:,.1f}" if mapped else "-", f"{run['images_per_second']:,.0f}"]


def clipped_by_cycle(row, names):
    """Percentages of the conversions of each input cycle of the named layers."""
    layers = [layer for layer in row["run"]["layers"] if layer["name"] in names and layer["clipped_by_cycle"]]
    if not layers:
        return "-"
    conversions = sum(layer["conversions"] / len(layer["clipped_by_cycle"]) for layer in layers)
    counts = [sum(cycle) for cycle in zip(*(layer["clipped_by_cycle"] for layer in layers))]
    return " ".join(f"{100 * count / conversions:.3f}" for count in counts)


def encoding_cells(row, signed):
    """The texts of one row, in the order of ENCODING_COLUMNS."""
    return [row["label"], inputs(row), f"{100 * row['run']['top1']:.2f}", clipped(row),
            f"{row['total']['executes']:,}", clipped_by_cycle(row, signed)]


def positive(text):
    """An argument that counts something."""
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a number greater than 0, got '{text}'")
    return int(text)


def main():
    parser = argparse.ArgumentParser(prog="tools/dev demo", description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=positive, help="test images to run (default: all 10,000)")
    parser.add_argument("--model", choices=sorted(MODELS), default="resnet20")
    parser.add_argument("--calibration-samples", type=positive, default=256)
    parser.add_argument("--encodings", action="store_true",
                        help="compare the ways to feed signed inputs instead")
    parser.add_argument("--json", action="store_true", help="machine-readable results")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    args = parser.parse_args()
    rows, runs = [], ROWS
    if args.encodings:
        runs = [(label, [precision, "--input-encoding=" + encoding])
                for label, precision in PRECISIONS for encoding in ENCODINGS]
    with tempfile.TemporaryDirectory() as folder:
        for label, compile_arguments in runs:
            if sys.stderr.isatty():
                print(f"\r{label} ...".ljust(40), end="", file=sys.stderr, flush=True)
            rows.append(measure(args, label, compile_arguments, folder))
    if sys.stderr.isatty():
        print("\r".ljust(41) + "\r", end="", file=sys.stderr)
    if args.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{args.model} on {rows[0]['run']['samples']:,} Fashion-MNIST test images; calibrated on "
          f"{args.calibration_samples} training images; 256x256 arrays, 2-bit cells, 1-bit DAC,\n"
          "differential columns; weights and partial sums quantized column-wise\n")
    if args.encodings:
        signed = set(sum((signed_layers(row) for row in rows), []))
        print_table([ENCODING_COLUMNS] + [encoding_cells(row, signed) for row in rows], right=True)
    else:
        print_table([COLUMNS] + [cells(row) for row in rows], right=True)


if __name__ == "__main__":
    main()

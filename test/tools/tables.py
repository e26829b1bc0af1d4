#!/usr/bin/python3
"""Calibrated table ADCs: tables.py MODEL DATASET FOLDER.

A table of the linear calibrator computes the bits of the linear ADC. No calibrator has less error than
the optimal one, over all sums that calibration saw. A dump with scales gives the same program again,
and thresholds are multiples of the reference unit. Two threads and one give the same program.
"""
import filecmp
import itertools
import json
import os
import subprocess
import sys

MODEL, DATASET, FOLDER = sys.argv[1:]
METHODS = ("linear", "lloyd_max", "cdf", "kmeans", "bs_kmq", "optimal")


def at(name):
    return os.path.join(FOLDER, name)


def compile_model(name, *options, prefix=()):
    subprocess.run([*prefix, "cim-compile", MODEL, "-o", at(name + ".cim"), "--precision=w4a4",
                    *options], check=True)


def calibrated(*options):
    return (f"--calibration={DATASET}/train-images-idx3-ubyte.gz", "--calibration-samples=40",
            "--calibration-positions=8", *options)


def table(bits, granularity, *options):
    return calibrated("--set=adc.kind=table", f"--set=adc.bits={bits}",
                      f"--set=adc.granularity={granularity}", *options)


def run(name):
    subprocess.run(["cim-run", at(name + ".cim"), f"--dataset={DATASET}/t10k-images-idx3-ubyte.gz",
                    "--images=20", f"--output={at(name)}.npy"], check=True, stdout=subprocess.DEVNULL)


def check_same(a, b):
    assert filecmp.cmp(at(a), at(b), shallow=False), f"{a} and {b} differ"


def errors(name):
    """The error of each layer."""
    with open(at(name + ".json")) as file:
        return {layer["name"]: layer["adc_error"] for layer in json.load(file)["layers"]}


# Signed codes, whose window has no offset, and few enough to lose something: else a linear ADC becomes ideal.
for bits, granularity in ((2, "layer"), (3, "array"), (4, "column")):
    linear = calibrated("--set=adc.kind=linear", f"--set=adc.bits={bits}",
                        f"--set=adc.granularity={granularity}", f"--report={at('linear.json')}")
    compile_model("linear", *linear)
    compile_model("table", *table(bits, granularity, "--table-calibrator=linear",
                                  f"--report={at('table.json')}"))
    for name in ("linear", "table"):
        run(name)
    check_same("linear.npy", "table.npy")
    assert errors("linear") == errors("table"), (bits, granularity)

for granularity, bits in (("layer", 6), ("column", 1)):
    found = {}
    for method in METHODS:
        compile_model(method, *table(bits, granularity, f"--table-calibrator={method}",
                                     f"--report={at(method)}.json"))
        run(method)
        found[method] = errors(method)
    for method, layer in itertools.product(METHODS, found["optimal"]):
        error, least = (found[m][layer] for m in (method, "optimal"))
        # Levels are rounded to 1/256 of their range, which may favour another by a little.
        rounding = 0.02 * error["mean_square"] + 3e-4 * least["variance"]
        assert error["mean_square"] + rounding >= least["mean_square"], (method, bits, layer)
        assert least["mean_square"] <= least["variance"], (bits, layer)

for mapping, unit in (("differential_row", 3), ("offset", 4), ("twos_complement", 1)):
    target = (f"--set=mapping={mapping}", "--set=adc.kind=table", "--set=adc.bits=4",
              "--set=adc.granularity=array", f"--set=adc.reference_unit={unit}")
    options = calibrated("--table-calibrator=bs_kmq", *target)
    compile_model("first", *options, f"--dump-policy={at('policy.json')}", "--with-scales")
    compile_model("one", *options, prefix=("taskset", "-c", "0"))
    check_same("first.cim", "one.cim")
    run("first")
    compile_model("again", *target, f"--policy={at('policy.json')}")
    check_same("first.cim", "again.cim")
    with open(at("policy.json")) as file:
        for layer in json.load(file)["layers"]:
            adc = layer["adc"]
            assert adc["reference_unit"] == unit
            assert all(t % unit == 0 for row in adc["thresholds"] for t in row), layer["name"]

#!/usr/bin/python3
"""Dumps that are fed back give the same program without calibration data: dump.py MODELS FOLDER.

Compiles each case with calibration data and a dump with scales, then with that dump as policy and no
data, then with a dump without scales and data again. The programs must be equal byte for byte, so
must the dumps, and nothing may be warned of.
"""
import json
import os
import subprocess
import sys

import numpy

GROUPED = """<ir_version: 8, opset_import: ["" : 13]> g (float[1,1,28,28] x) => (float[1,6,4,4] y)
<float[4,1,7,7] v = {%s}, float[6,2,3,3] w = {%s}, float[6] b = {1,2,3,-4,5,6}> {
  u = Conv<strides=[5,5], pads=[1,1,0,0]>(x, v)
  y = Conv<group=2, pads=[0,0,1,1]>(u, w, b)
}"""
CROSSBAR = "crossbar: {rows: 64, columns: 64, cell_bits: 2, dac_bits: 1, active_rows: 32}\n"
KINDS = ("differential_column", "differential_row", "offset", "twos_complement")
# Steps, thresholds and levels that a policy gives.
TABLE = {"kind": "table", "bits": 3, "granularity": "layer", "scale": 0.1,
         "thresholds": [-20, -3, 0, 4, 50], "levels": [-700, -30, 0, 1, 32, 800]}
TABLES = {"table": TABLE, "outputs": TABLE | {"placement": "preactivation", "thresholds": [-20000000, -300, 0, 150, 900]}}


def targets():
    """Names and texts of target files: each granularity, each mapping, each encoding."""
    weights = "weights: {granularity: %s, range: %s, slice_rule: %s}\n"
    adc = "adc: {kind: linear, bits: %d, granularity: %s}\n"
    for granularity in ("layer", "channel", "array", "column"):
        yield "ideal-" + granularity, CROSSBAR + weights % (granularity, "full", "published")
    for weight, partial in (("channel", "layer"), ("array", "array"), ("column", "column")):
        yield "linear-" + partial, CROSSBAR + weights % (weight, "narrow", "magnitude") + adc % (5, partial)
    # Wide enough to lose nothing: what is dumped is the ADC that was asked for.
    yield "lossless", CROSSBAR + adc % (12, "layer")
    # Too few for 8 bits, which no layer has.
    yield "uneven", CROSSBAR.replace("cell_bits: 2", "cell_bits: 4") + "weights: {slices: [1, 2, 4]}\n" + adc % (6, "column")
    for name in TABLES:
        yield name, CROSSBAR
    # Two levels of weights: scale, split and beta.
    yield "binary", CROSSBAR + weights % ("array", "narrow", "published") + adc % (5, "array")
    for kind in KINDS:
        for encoding in ("offset", "twos_complement", "differential"):
            yield f"{kind}-{encoding}", (CROSSBAR + f"mapping: {kind}\ninput_encoding: {encoding}\n"
                                         + adc % (6, "column"))


def models(folder, sources):
    """Names, files and whether every target is tried: the others see one of each group."""
    values = numpy.random.default_rng(1).normal(size=4 * 49 + 6 * 18).round(4)
    path = os.path.join(folder, "grouped.onnx")
    with open(path, "w") as file:
        file.write(GROUPED % (", ".join(map(str, values[:196])), ", ".join(map(str, values[196:]))))
    yield path, True
    yield os.path.join(sources, "lenet_fmnist.onnx"), False
    yield os.path.join(sources, "vit_fmnist.onnx"), False
    for name in ("qcdq_w4a4", "ort_qdq_channel", "qonnx_binary"):
        yield os.path.join(sources, "quantized", name + ".onnx"), False


def compile_model(model, output, *options):
    result = subprocess.run(["cim-compile", model, "-o", output, *options], capture_output=True, text=True)
    unexpected = [l for l in result.stderr.splitlines() if "remark:" not in l]
    if result.returncode or unexpected:
        raise SystemExit(f"{model} {' '.join(options)}: {result.returncode}\n{result.stderr}")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def compare(model, target, folder, calibrated):
    """Compiles by calibration and by dumps; says what differs, or nothing."""
    def at(name):
        return os.path.join(folder, name)

    options = ["--target=" + target]
    table = TABLES.get(os.path.basename(target).removesuffix(".yaml"))
    if table:
        with open(at("table.json"), "w") as file:
            json.dump({"default": {"adc": table}}, file)
    precision = "w1a5" if os.path.basename(target) == "binary.yaml" else "w6a5"
    compile_model(model, at("first.cim"), *options, "--precision=" + precision, *calibrated,
                  *(["--policy=" + at("table.json")] if table else []),
                  "--dump-policy=" + at("first.json"), "--with-scales")
    compile_model(model, at("again.cim"), *options, "--policy=" + at("first.json"),
                  "--dump-policy=" + at("again.json"), "--with-scales")
    json.loads(read(at("first.json")))
    pairs = [("first.cim", "again.cim"), ("first.json", "again.json")]
    if not table:  # Without scales it is a policy of widths and mappings, which have no tables.
        compile_model(model, at("again.cim"), *options, "--policy=" + at("first.json"),
                      "--dump-policy=" + at("widths.json"))
        compile_model(model, at("widths.cim"), *options, "--policy=" + at("widths.json"), *calibrated)
        pairs.append(("first.cim", "widths.cim"))
    return [second for first, second in pairs if read(at(first)) != read(at(second))]


def main(sources, folder):
    samples = os.path.join(folder, "data.npy")
    numpy.save(samples, numpy.random.default_rng(0).normal(size=(2, 1, 28, 28)).astype(numpy.float32))
    calibrated = [f"--calibration={samples}", "--calibration-positions=4"]
    cases = different = 0
    for model, every in models(folder, sources):
        for name, text in targets():
            if not every and name not in ("ideal-channel", "linear-array", "linear-column", "lossless", "binary", *TABLES):
                continue
            target = os.path.join(folder, name + ".yaml")
            with open(target, "w") as file:
                file.write(text)
            # One of them on random inputs: the mark that says so is a part of the program.
            data = ["--calibration=random:3"] if name == "lossless" else calibrated
            difference = compare(model, target, folder, data)
            cases += 1
            if difference:
                different += 1
                print(f"{os.path.basename(model)}, {name}: {', '.join(difference)} differ")
    print(f"{cases} dumps fed back, {different} with another result")
    return different != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

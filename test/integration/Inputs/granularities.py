"""Compiles one layer with each of the twelve pairs of granularities of weights and partial sums, runs it, and compares
bits with the reference on the calibrated layer, counts of multiplications with those of ColumnQuant.

The layer's input does not depend on the argument, so that the reference, which draws its arguments, sees the same.
"""
import itertools
import json
import os
import subprocess
import sys

import numpy

FOLDER = sys.argv[1]
TOKENS, ROWS, OUTPUTS, TILES, SLICES = 4, 40, 5, 3, 3  # Tiles of 16 rows, slices of one bit.
TARGET = """crossbar: {{rows: 16, columns: 64, cell_bits: 1}}
tiling: dense
weights: {{granularity: {weights}}}
adc: {{kind: linear, bits: 3, granularity: {sums}}}
"""


def dense(values):
    return f"dense<{json.dumps(values.tolist())}> : tensor<{'x'.join(map(str, values.shape))}xf32>"


def write_layer():
    random = numpy.random.default_rng(1)
    constants = {"w": random.normal(size=(1, ROWS, OUTPUTS)), "b": random.normal(size=(1, 1, OUTPUTS)),
                 "c": random.normal(size=(1, TOKENS, ROWS)), "z": numpy.zeros((1, 1, 1))}
    lines = ["func.func @main(%a: tensor<1x1x1xf32> {cim.name = \"a\"}) -> (tensor<1x4x5xf32> {cim.name = \"y\"}) {",
             '  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>',
             '  %p = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>']
    for name, values in constants.items():
        text = dense(values.astype(numpy.float32).astype(float))
        lines.append(f'  %{name} = "tosa.const"() {{values = {text}}} : () -> {text.split(" : ")[1]}')
    lines += ["  %0 = tosa.mul %a, %z, %s : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xi8>) -> tensor<1x1x1xf32>",
              "  %x = tosa.add %c, %0 : (tensor<1x4x40xf32>, tensor<1x1x1xf32>) -> tensor<1x4x40xf32>",
              "  %m = tosa.matmul %x, %w, %p, %p : (tensor<1x4x40xf32>, tensor<1x40x5xf32>, tensor<1xf32>, "
              "tensor<1xf32>) -> tensor<1x4x5xf32>",
              "  %y = tosa.add %m, %b : (tensor<1x4x5xf32>, tensor<1x1x5xf32>) -> tensor<1x4x5xf32>",
              "  return %y : tensor<1x4x5xf32>", "}"]
    with open("layer.mlir", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    numpy.save("a.npy", numpy.ones((1, 1, 1), numpy.float32))


def call(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=FOLDER).stdout


def compare(weights, sums):
    with open(FOLDER + "/target.yaml", "w", encoding="utf-8") as file:
        file.write(TARGET.format(weights=weights, sums=sums))
    options = ["layer.mlir", "--target=target.yaml", "--precision=w3a3", "--calibration=a.npy"]
    call("cim-compile", *options, "-o", "layer.cim", "--report=report.json")
    call("cim-compile", *options, "--emit=cim", "-o", "calibrated.mlir")
    call("cim-run", "layer.cim", "--input=a.npy", "--output=y.npy")
    call("cim-translate", "--program-to-mlir", "layer.cim", "-o", "program.mlir")
    call("cim-eval", "--verify", "calibrated.mlir", "program.mlir")
    expected = numpy.array(json.loads(call("cim-eval", "calibrated.mlir").split(" = ")[1]), numpy.float32)
    found = numpy.load(FOLDER + "/y.npy").ravel()
    assert found.tobytes() == expected.tobytes(), (weights, sums, found, expected)
    with open(FOLDER + "/report.json", encoding="utf-8") as file:
        multiplications = json.load(file)["total"]["dequantize_multiplications"] // (TOKENS * OUTPUTS)
    tiles = TILES if "layer" != sums or weights in ("array", "column") else 1
    assert multiplications == tiles * (SLICES if sums == "column" else 1), (weights, sums, multiplications)
    return found.tobytes()


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    os.chdir(FOLDER)
    write_layer()
    pairs = itertools.product(["layer", "channel", "array", "column"], ["layer", "array", "column"])
    outputs = {compare(*pair) for pair in pairs}
    assert len(outputs) == 12, len(outputs)

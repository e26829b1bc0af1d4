#!/usr/bin/python3
"""Compiles graphs of n, 2n and 4n nodes and prints times and their ratios: scaling.py [KIND...] [--size=N].

A ratio of 2 is linear, one of 4 quadratic. Times are those of the processor, of one run each.
"""
import argparse
import resource
import subprocess
import sys
import tempfile

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

random = numpy.random.default_rng(0)


def weight(name, *shape):
    return numpy_helper.from_array(random.standard_normal(shape, numpy.float32) / 8, name)


def chain(n):
    """Additions, each of the one before."""
    return [helper.make_node("Add", [f"v{i}" if i else "x", "x"], [f"v{i + 1}"], f"n{i}") for i in range(n)], []


def initializers(n):
    """Additions of a constant each."""
    nodes = [helper.make_node("Add", [f"v{i}" if i else "x", f"c{i}"], [f"v{i + 1}"], f"n{i}") for i in range(n)]
    return nodes, [weight(f"c{i}", 1, 8, 1, 1) for i in range(n)]


def wide(n):
    """Nodes that read the input, and one that reads them all."""
    nodes = [helper.make_node("Add", ["x", f"c{i}"], [f"p{i}"], f"n{i}") for i in range(n)]
    nodes.append(helper.make_node("Concat", [f"p{i}" for i in range(n)], [f"v{n}"], "join", axis=1))
    return nodes, [weight(f"c{i}", 1) for i in range(n)]


def layers(n):
    """Convolutions with a ReLU each; a twentieth of n, for they take longer."""
    nodes = []
    for i in range(n // 20):
        nodes.append(helper.make_node("Conv", [f"r{i}" if i else "x", f"w{i}", f"b{i}"], [f"c{i}"], f"conv{i}", pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [f"c{i}"], [f"r{i + 1}"], f"relu{i}"))
    nodes.append(helper.make_node("Identity", [f"r{n // 20}"], [f"v{n}"]))
    return nodes, [array for i in range(n // 20) for array in (weight(f"w{i}", 8, 8, 3, 3), weight(f"b{i}", 8))]


def heads(n):
    """Convolutions that read the input, and one node that reads them all."""
    count = n // 20
    nodes = [helper.make_node("Conv", ["x", f"w{i}"], [f"p{i}"], f"conv{i}", pads=[1, 1, 1, 1]) for i in range(count)]
    nodes.append(helper.make_node("Concat", [f"p{i}" for i in range(count)], [f"v{n}"], "join", axis=1))
    return nodes, [weight(f"w{i}", 8, 8, 3, 3) for i in range(count)]


def residual(n):
    """Blocks of a ReLU and an addition of what was before, joined in the end with the block at the other end."""
    nodes = []
    for i in range(n // 2):
        nodes.append(helper.make_node("Relu", [f"s{i}" if i else "x"], [f"r{i}"], f"relu{i}"))
        nodes.append(helper.make_node("Add", [f"r{i}", f"s{i}" if i else "x"], [f"s{i + 1}"], f"add{i}"))
    value = f"s{n // 2}"
    for i in range(n // 2):
        nodes.append(helper.make_node("Add", [value, f"r{n // 2 - 1 - i}"], [f"j{i}"], f"join{i}"))
        value = f"j{i}"
    nodes.append(helper.make_node("Identity", [value], [f"v{n}"]))
    return nodes, []


def weights(n):
    """One product with 1280 n weights."""
    nodes = [helper.make_node("Flatten", ["x"], ["flat"]), helper.make_node("MatMul", ["flat", "w"], [f"v{n}"], "fc")]
    return nodes, [weight("w", 128, 10 * n)]


KINDS = {make.__name__: make for make in (chain, initializers, wide, layers, heads, residual, weights)}


def write(kind, n, path):
    nodes, arrays = KINDS[kind](n)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 8, 4, 4])
    y = helper.make_tensor_value_info(f"v{n}", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", [x], [y], arrays)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)


def compile_model(model, program):
    """Seconds of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["cim-compile", model, "-o", program, "--precision=w8a8",
                    "--calibration=random:0", "--calibration-samples=1"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("kinds", nargs="*", metavar="KIND", help="of " + ", ".join(KINDS))
parser.add_argument("--size", type=int, default=5000)
options = parser.parse_args()
if unknown := set(options.kinds) - set(KINDS):
    sys.exit(f"unknown kind {unknown.pop()}: known are {', '.join(KINDS)}")
sizes = [options.size * factor for factor in (1, 2, 4)]
print(f"{'':14}" + "".join(f"{size:9}" for size in sizes) + "    ratios")
with tempfile.TemporaryDirectory() as folder:
    for kind in options.kinds or KINDS:
        times = []
        for size in sizes:
            write(kind, size, f"{folder}/model.onnx")
            times.append(compile_model(f"{folder}/model.onnx", f"{folder}/program.cim"))
        ratios = "".join(f"{after / before:6.1f}" for before, after in zip(times, times[1:]))
        print(f"{kind:14}" + "".join(f"{time:8.2f}s" for time in times) + ratios, flush=True)

#!/usr/bin/python3
"""Writes small models that ask for much: bounds.py OUTDIR."""
import os
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper


def field(number, content):
    """A field of bytes, its size as a varint longer than needed."""
    size = len(content)
    return bytes([number << 3 | 2]) + bytes(size >> 7 * i & 127 | 128 for i in range(4)) + bytes([size >> 28]) + content


def nested(levels):
    """A graph in an attribute of a node of a graph and so on."""
    content = b""
    for level in range(levels):
        content = field([6, 5, 1][level % 3], content)
    return content


def model(nodes, constants=()):
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
    initializers = [numpy_helper.from_array(numpy.int64(value), name) for name, value in constants]
    graph = helper.make_graph(nodes + [helper.make_node("Relu", ["x"], ["y"])], "g", [x], [y], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7).SerializeToString()


def ranges(count):
    """Each computes 65536 integers, that is 512 KiB."""
    nodes = [helper.make_node("Range", ["zero", "many", "one"], [f"r{i}"]) for i in range(count)]
    return model(nodes, [("zero", 0), ("many", 65536), ("one", 1)])


def sums(count):
    """Each becomes 65535 additions."""
    return model([helper.make_node("Sum", ["x"] * 65536, [f"s{i}"]) for i in range(count)])


EMPTY = b"\x0a\x00"  # A node of a graph, or a name among the inputs of a node.
for name, content in {
        "objects-most": field(7, field(1, ((1 << 22) - 2) * EMPTY)),
        "objects": field(7, field(1, ((1 << 22) - 1) * EMPTY)),
        "unknown": ((1 << 22) + 1) * b"\xf8\x3f\x00",
        "levels-most": field(7, nested(98)),
        "levels": field(7, nested(99)),
        "nodes-most": b"\x08\x07" + field(7, (1 << 17) * EMPTY),
        "nodes": b"\x08\x07" + field(7, ((1 << 17) + 1) * EMPTY),
        "ports": model([helper.make_node("Sum", ["x"] * 65537, ["s"])]),
        "ports-out": model([helper.make_node("Split", ["x"], [f"s{i}" for i in range(65537)])]),
        "operations": sums(17),
        "computed-most": ranges(2048),
        "computed": ranges(2049),
        "text-most": b"<ir_version: 7>".ljust(1 << 24),
        "text": b"<ir_version: 7>".ljust((1 << 24) + 1)}.items():
    with open(os.path.join(sys.argv[1], name), "wb") as file:
        file.write(content)

#!/usr/bin/python3
"""Writes a model as OUT.whole, and as OUT.pieces in another encoding that means the same: pieces.py OUT.

A message given twice is merged, and of a field given twice the last counts.
"""
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper


def tensor(name, seed, size):
    values = numpy.random.default_rng(seed).standard_normal([1, size], numpy.float32)
    return numpy_helper.from_array(values, name)


x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 100000]) for name in "xy")
nodes = [helper.make_node("Add", ["x", "a"], ["b"]), helper.make_node("Mul", ["b", "c"], ["d"]),
         helper.make_node("Add", ["d", "e"], ["y"])]
scale = helper.make_tensor("c", TensorProto.FLOAT, [1], [2.0])  # Not raw.
initializers = [tensor("a", 0, 100000), scale, tensor("e", 1, 100000)]
opset = [helper.make_opsetid("", 13)]
whole = helper.make_model(helper.make_graph(nodes, "g", [x], [y], initializers), opset_imports=opset, ir_version=8)

first = helper.make_model(helper.make_graph(nodes[:1], "g", [x], [], initializers[:2]), opset_imports=opset,
                          ir_version=8).SerializeToString()


def field(number, content):
    """A field of bytes, its size as a varint longer than needed."""
    size = len(content)
    return bytes([number << 3 | 2]) + bytes(size >> 7 * i & 127 | 128 for i in range(4)) + bytes([size >> 28]) + content


last = initializers[2].SerializeToString() + field(9, bytes(7)) + field(9, initializers[2].raw_data)
graph = b"".join(field(1, node.SerializeToString()) for node in nodes[1:])
graph += field(5, last) + field(12, y.SerializeToString())
for suffix, content in (("whole", whole.SerializeToString()), ("pieces", first + field(7, graph))):
    with open(f"{sys.argv[1]}.{suffix}", "wb") as file:
        file.write(content)

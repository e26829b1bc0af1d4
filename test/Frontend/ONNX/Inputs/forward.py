#!/usr/bin/python3
"""Compares an imported model, evaluated by cim-eval on a seeded image, with numpy: forward.py MODEL OUT."""
import math
import subprocess
import sys

import conformance
import numpy as np
import onnx
from onnx import helper, numpy_helper

erf = np.vectorize(math.erf, otypes=[np.float32])


def windows(x, kernel, strides=(1, 1), pads=(0, 0, 0, 0)):
    x = np.pad(x, ((0, 0), (0, 0), (pads[0], pads[2]), (pads[1], pads[3])))
    view = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(2, 3))
    return view[:, :, ::strides[0], ::strides[1]]


def conv(x, w, b, strides, pads, **_):
    return np.einsum("nchwij,ocij->nohw", windows(x, w.shape[2:], strides, pads), w) + b[:, None, None]


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


OPERATORS = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "MatMul": np.matmul,
    "Pow": np.power, "Sqrt": np.sqrt, "Erf": erf, "Softmax": softmax, "Conv": conv,
    "Relu": lambda x: np.maximum(x, 0),
    "MaxPool": lambda x, kernel_shape, strides, **_: windows(x, kernel_shape, strides).max((4, 5)),
    "GlobalAveragePool": lambda x: x.mean((2, 3), keepdims=True),
    "Flatten": lambda x, axis: x.reshape(x.shape[0], -1),
    "Gemm": lambda a, b, c, **_: a @ b.T + c,
    "Constant": lambda value: value,
    "Shape": lambda x: np.array(x.shape),
    "Slice": lambda x, start, end, axes: x[start[0]:end[0]],
    "Concat": lambda *x, axis: np.concatenate(x, axis),
    "Reshape": lambda x, shape: x.reshape([x.shape[i] if d == 0 else d for i, d in enumerate(shape)]),
    "Transpose": lambda x, perm: x.transpose(perm),
    "ReduceMean": lambda x, axes, keepdims=1: x.mean(tuple(axes), keepdims=bool(keepdims)),
    "Split": lambda x, sizes, axis: np.split(x, np.cumsum(sizes)[:-1], axis),
    "Squeeze": lambda x, axes: x.squeeze(tuple(axes)),
}


def attribute(value):
    value = helper.get_attribute_value(value)
    return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value


def forward(graph, image):
    values = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    values[graph.input[0].name] = image
    for node in graph.node:
        result = OPERATORS[node.op_type](*[values[name] for name in node.input],
                                         **{a.name: attribute(a) for a in node.attribute})
        values.update(zip(node.output, result if node.op_type == "Split" else [result]))
    return values[graph.output[0].name].astype(np.float32)


def main():
    image = np.random.default_rng(1).random((1, 1, 28, 28), dtype=np.float32)
    logits = forward(onnx.load(sys.argv[1]).graph, image)
    imported = conformance.run("cim-translate", "--onnx-to-mlir", sys.argv[1])
    with open(sys.argv[2] + ".mlir", "w", encoding="utf-8") as file:
        file.write(conformance.with_values(imported.stdout, [image]))
    with open(sys.argv[2] + ".expected.mlir", "w", encoding="utf-8") as file:
        file.write(conformance.returning([logits]))
    return subprocess.run(["cim-eval", sys.argv[2] + ".mlir", sys.argv[2] + ".expected.mlir",
                           "--tolerance=1e-5", "--verify"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

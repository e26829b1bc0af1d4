"""What both producers export: the trained weights of the ONNX models beside this folder."""
import pathlib

import numpy as np
import onnx
from onnx import numpy_helper

FOLDER = pathlib.Path(__file__).parent
MEAN, DEVIATION = 0.286, 0.353
EPSILON = 1e-5


def read_weights(name):
    """Initializers by name, and the layers' weights and biases in the order of their nodes."""
    graph = onnx.load(FOLDER.parent / f"{name}_fmnist.onnx").graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    layers = [[weights[name] for name in node.input if name in weights]
              for node in graph.node if node.op_type in ("Conv", "Gemm", "MatMul")]
    return weights, [layer for layer in layers if layer]


def unfold(weight, bias, random):
    """A convolution without bias and the batch normalization (scale, shift, mean, variance) after
    it that together are the convolution given, whose normalization the ONNX exporter has folded."""
    scale, shift_of_mean, variance = random.uniform(0.5, 2, (3, len(bias)))
    mean = shift_of_mean - 1
    factor = scale / np.sqrt(variance + EPSILON)
    arrays = weight / factor[:, None, None, None], scale, bias + mean * factor, mean, variance
    return [array.astype(np.float32) for array in arrays]

#!/usr/bin/python3
"""Gives the skeletons of this folder weights, and all models inputs: fill.py NAME FOLDER

Writes NAME.onnx and the inputs NAME.npz. The weights are drawn uniformly with the mean and deviation that the skeleton
recorded in the documentation of each initializer. Only raw bits of the generator and single float32 operations are
used, so that every machine and every version of numpy gets the same bytes; checksums.json has their sums.
"""
import hashlib
import os
import sys

import numpy as np
import onnx
from onnx import numpy_helper

FOLDER = os.path.dirname(os.path.abspath(__file__))
SAMPLES, VOCABULARY = 2, 30522
SIZES = {"batch": 1, "words": 32} # Of symbolic dimensions.


def draw(seed, count):
    """Raw 32-bit integers."""
    return np.random.PCG64(seed).random_raw((count + 1) // 2).astype("<u8").view("<u4")[:count]


def uniform(seed, count):
    """Floats in [0, 1), multiples of 2^-24."""
    return (draw(seed, count) >> 8).astype(np.float32) * np.float32(2**-24)


def fill(name):
    """The model of a skeleton."""
    model = onnx.load(os.path.join(FOLDER, name + ".onnx"))
    for seed, initializer in enumerate(model.graph.initializer):
        if not initializer.doc_string:
            continue
        mean, deviation = map(float, initializer.doc_string.split())
        values = uniform(seed, int(np.prod(initializer.dims))) - np.float32(0.5)
        values *= np.float32(deviation * 12**0.5)
        values += np.float32(mean)
        initializer.raw_data = values.astype("<f4").tobytes()
        initializer.doc_string = ""
    return model


def checksum(model):
    """SHA-256 of the values of all initializers in the order of the graph."""
    total = hashlib.sha256()
    for initializer in model.graph.initializer:
        total.update(initializer.raw_data or numpy_helper.to_array(initializer).tobytes())
    return total.hexdigest()


def get_shapes(model):
    """The shape of each input."""
    return {value.name: [dim.dim_value or SIZES[dim.dim_param] for dim in value.type.tensor_type.shape.dim]
            for value in model.graph.input}


def make_inputs(model):
    """Two samples of each input of a graph: images of 8x8 patches, words, and how many of the words count."""
    inputs = {}
    for seed, value in enumerate(model.graph.input):
        shape = [SAMPLES] + get_shapes(model)[value.name][1:]
        if value.name == "attention_mask":
            array = np.ones(shape, np.int64)
            array[1, shape[1] * 5 // 8 :] = 0
        elif value.type.tensor_type.elem_type == onnx.TensorProto.INT64:
            array = (draw(1000 + seed, int(np.prod(shape))) % VOCABULARY).astype(np.int64).reshape(shape)
        else:
            patches = uniform(1000 + seed, SAMPLES * shape[1] * 64).reshape(SAMPLES, shape[1], 8, 8)
            height, width = shape[2:]
            array = patches.repeat(-(-height // 8), axis=2).repeat(-(-width // 8), axis=3)[:, :, :height, :width]
        inputs[value.name] = array
    return inputs


def main():
    name, folder = sys.argv[1:]
    model = fill(name)
    onnx.save(model, os.path.join(folder, name + ".onnx"))
    np.savez(os.path.join(folder, name + ".npz"), **make_inputs(model))


if __name__ == "__main__":
    main()

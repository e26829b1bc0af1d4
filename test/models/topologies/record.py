#!/usr/bin/env python3
"""Records what the tests of this folder need of the real models: record.py MODELS [NAME...]

MODELS is where make-topologies.py put them. For each model NAME.onnx becomes its skeleton: the same graph with mean and
deviation in place of the values of large initializers. NAME.npz is what onnxruntime computes for the inputs of fill.py
with the weights of fill.py (`skeleton`) and those of the model (`real`), checksums.json the sums of these weights.
A deviation is no more than keeps activations in range (Inception's would grow to 1e12), nor less than 0.01: zeros and
ones would hide mistakes.
"""
import json
import os
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

import fill

LARGEST = 64


def shrink(model):
    """Replaces the values of large initializers by their mean and deviation."""
    for initializer in model.graph.initializer:
        values = numpy_helper.to_array(initializer)
        if values.size <= LARGEST or values.dtype != np.float32:
            continue
        deviation = max(values.std(dtype=np.float64), 0.01)
        if values.ndim > 1:
            deviation = min(deviation, (2 * values.shape[0] / values.size) ** 0.5)
        initializer.doc_string = f"{values.mean(dtype=np.float64):.4g} {deviation:.4g}"
        initializer.ClearField("raw_data")


def execute(path, inputs):
    """The outputs for each sample, one after the other."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    samples = [{name: array[i : i + 1] for name, array in inputs.items()} for i in range(fill.SAMPLES)]
    return np.concatenate([np.concatenate(session.run(None, sample), axis=1) for sample in samples])


def record(name, models, scratch):
    """Writes the fixtures of one model, returns the checksums."""
    path = os.path.join(models, name + ".onnx")
    model = onnx.load(path)
    inputs = fill.make_inputs(model)
    sums, outputs = {"real": fill.checksum(model)}, {"real": execute(path, inputs)}
    shrink(model)
    onnx.save(model, os.path.join(fill.FOLDER, name + ".onnx"))
    filled = fill.fill(name)
    sums["skeleton"] = fill.checksum(filled)
    onnx.save(filled, scratch)
    outputs["skeleton"] = execute(scratch, inputs)
    np.savez_compressed(os.path.join(fill.FOLDER, name + ".npz"), **outputs)
    print(name, {kind: float(np.abs(output).max()) for kind, output in outputs.items()})
    return sums


def main():
    models, names = sys.argv[1], sys.argv[2:]
    path = os.path.join(fill.FOLDER, "checksums.json")
    sums = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            sums = json.load(file)
    with tempfile.TemporaryDirectory() as folder:
        for name in names or sorted(f[:-5] for f in os.listdir(models) if f.endswith(".onnx")):
            sums[name] = record(name, models, os.path.join(folder, "filled.onnx"))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(sums, file, indent=2, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main()

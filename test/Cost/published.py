#!/usr/bin/python3
"""The published latencies of CIM-AQ, for every policy of policies.csv and w8a8, as mappings.csv: published.py

An implementation of its own of the published formula, for all three mappings of weights: S = ceil(w / c) columns for each
output, one more for the reference of a layer (of), twice as many columns (dc) or rows (dr); A = ceil(columns / 256) *
ceil(rows / 256) arrays, each written once and executed positions * ceil(a / 1) times, all of it for each head.
"""
import csv
import os

FOLDER = os.path.dirname(os.path.abspath(__file__))
SIZE, WRITE_US, MVM_US = 256, 56.0, 1.4
MAPPINGS = ["dc", "of", "dr"]


def convolution(inputs, outputs, kernel, side):
    """Outputs, rows, positions and heads of a layer."""
    return outputs, inputs * kernel * kernel, side * side, 1


def resnet18():
    layers = [convolution(3, 64, 7, 112)] + [convolution(64, 64, 3, 56)] * 4
    for inputs, side in (64, 28), (128, 14), (256, 7):
        outputs = 2 * inputs
        layers += [convolution(inputs, outputs, 1, side), convolution(inputs, outputs, 3, side)]
        layers += [convolution(outputs, outputs, 3, side)] * 3
    return layers + [(1000, 512, 1, 1)]


def vgg16():
    layers, inputs = [], 3
    for outputs, side, count in (64, 224, 2), (128, 112, 2), (256, 56, 3), (512, 28, 3), (512, 14, 3):
        for _ in range(count):
            layers.append(convolution(inputs, outputs, 3, side))
            inputs = outputs
    return layers + [(4096, 25088, 1, 1), (4096, 4096, 1, 1), (1000, 4096, 1, 1)]


def vitb32():
    block = [(2304, 768, 50, 1), (50, 64, 50, 12), (64, 50, 50, 12), (768, 768, 50, 1), (3072, 768, 50, 1), (768, 3072, 50, 1)]
    return [convolution(3, 768, 32, 7)] + 12 * block + [(1000, 768, 1, 1)]


MODELS = {"resnet18": resnet18(), "vgg16": vgg16(), "vitb32": vitb32()}


def cost(layers, policy, cell_bits, mapping):
    """Microseconds, writes and executes."""
    writes = executes = 0
    for (outputs, rows, positions, heads), (w_bits, a_bits) in zip(layers, policy, strict=True):
        columns = outputs * -(-w_bits // cell_bits)
        if mapping == "of":
            columns += 1
        elif mapping == "dc":
            columns *= 2
        else:
            rows *= 2
        arrays = -(-columns // SIZE) * -(-rows // SIZE)
        writes += heads * arrays
        executes += heads * positions * arrays * a_bits
    return round(writes * WRITE_US + executes * MVM_US, 1), writes, executes


def policies():
    """(model, constraint, acc, cell bits) and the widths of each layer, w8a8 with the constraint and acc '-'."""
    found = {}
    with open(os.path.join(FOLDER, "policies.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = row["model"], row["constraint"], row["acc"], int(row["rcell"])
            found.setdefault(key, []).append((int(row["w_bits"]), int(row["a_bits"])))
    for model, _, _, cell_bits in list(found):
        found[model, "-", "-", cell_bits] = [(8, 8)] * len(MODELS[model])
    return found


def main():
    print("model,constraint,acc,rcell,mapping,latency_us,mvm_writes,mvm_executes")
    for (model, constraint, acc, cell_bits), policy in policies().items():
        for mapping in MAPPINGS:
            print(model, constraint, acc, cell_bits, mapping, *cost(MODELS[model], policy, cell_bits, mapping), sep=",")


if __name__ == "__main__":
    main()

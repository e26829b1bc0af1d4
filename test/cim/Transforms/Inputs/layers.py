#!/usr/bin/python3
"""Prints calibrated layers as MLIR: layers.py SEED [ADC...]

One function per combination of an operation (convolutions with strides, padding, groups and zero
points, matrix products of constant and of computed weights), a granularity of weight scales and an
ADC, with a random mapping, even and uneven slices, and random weights and scales.
"""
import sys

import numpy as np

rng = np.random.default_rng(int(sys.argv[1]))
ROWS = 20  # of a crossbar: every layer below has several tiles

# name, input, (kernel, stride, pad, groups) or None, rows of one group, outputs
DYNAMIC = ("dynamic", (3, 2, 45), None, 45, 6)  # three heads
LAYERS = [
    ("matmul", (2, 3, 45), None, 45, 6),
    ("conv", (1, 6, 5, 4), (3, (2, 1), (1, 0, 1, 1), 1), 36, 6),
    ("grouped", (2, 5, 5, 6), (3, (1, 2), (1, 1, 1, 1), 2), 27, 4),
]
ADCS = sys.argv[2:] or ["ideal", "layer", "array", "column", "offset", "lossless", "outputs", "output_columns"]
OUTPUT_ADCS = {"outputs": "layer", "output_columns": "column"}


def dense(values):
    """A constant as MLIR text: its bytes, so that every bit is what numpy has."""
    kind = "f32" if values.dtype == np.float32 else "i32"
    shape = "".join(f"{size}x" for size in values.shape)
    return f'dense<"0x{values.tobytes().hex().upper()}"> : tensor<{shape}{kind}>'


def uniform(low, high, shape):
    return np.asarray(rng.uniform(low, high, shape), np.float32).reshape(shape)


def scale_shape(granularity, groups, tiles, slices, outputs):
    return {"layer": (), "channel": (outputs,),
            "array": (tiles,) if groups == 1 else (groups, tiles),
            "column": (tiles, slices, outputs) if slices else (tiles, outputs)}[granularity]


def adc_attribute(adc, signed, groups, tiles, slices, outputs):
    """An ADC that rounds and clips, or one of unit steps that provably does neither."""
    if adc == "ideal":
        return "kind = ideal"
    granularity = {"offset": "column", "lossless": "column"}.get(adc, adc)
    shape = scale_shape(granularity, groups, tiles, slices, outputs)
    scale = np.ones(shape, np.float32) if adc == "lossless" else uniform(1, 4, shape)
    bits = 10 if adc == "lossless" else 4
    code_range = rng.choice(["narrow", "full"]) if signed else "full"
    text = (f"kind = linear, granularity = {granularity}, bits = {bits}, "
            f"range = {code_range}, scale = {dense(scale)}")
    if adc == "offset":
        text += f", offset = {dense(rng.integers(-9, 9, shape, np.int32))}"
    return text


def output_adc(granularity, outputs, largest):
    """A table of sums over all rows, up to `largest`."""
    shape = (outputs,) if granularity == "column" else ()
    count = int(rng.integers(1, 20))
    thresholds = np.sort(rng.integers(-largest, largest, shape + (count,), np.int32), axis=-1)
    thresholds += np.arange(count, dtype=np.int32)  # Strictly increasing.
    levels = rng.integers(-900, 900, shape + (count + 1,), np.int32)
    return (f"kind = table, placement = preactivation, granularity = {granularity}, bits = 5, "
            f"scale = {dense(uniform(0.1, 4, shape))}, thresholds = {dense(thresholds)}, levels = {dense(levels)}")


def cut(kind, rule, bits, cell):
    """The slices of a weight, and the list that asks for them if they are uneven."""
    sign = kind == "twos_complement"
    left = bits - (sign or rule == "magnitude")
    widths = [cell] * 8
    uneven = rng.random() < 0.4
    if uneven:
        widths = [int(width) for width in rng.integers(1, cell + 1, 8)]
    slices = []
    while left > 0:
        slices.append(min(widths[len(slices)], left))
        left -= slices[-1]
    text = f"slices = {widths}, " if uneven else ""
    return len(slices) + sign, text


def layer(name, shape, window, rows, outputs, weights, adc):
    kernel, stride, pad, groups = window or (1, None, None, 1)
    kind, tiling, weight_range, rule = (str(rng.choice(choices)) for choices in (
        ["differential_column", "differential_row", "offset", "twos_complement"], ["kernel_intact", "dense"], ["narrow", "full"],
        ["published", "magnitude"]))
    dynamic = name == "dynamic"
    signed = kind.startswith("differential")
    if not signed:
        rule = "published"
    if rule == "magnitude" or dynamic:
        weight_range = "narrow"
    active = int(rng.choice([ROWS, 8]))
    rows_per_weight = 2 if kind == "differential_row" else 1
    available = ROWS // rows_per_weight
    full = available // kernel**2 * kernel**2 if tiling == "kernel_intact" else available
    sizes = [min(full, rows - row) for row in range(0, rows, full)]
    tiles = sum(-(-size // (active // rows_per_weight)) for size in sizes)
    bits, activation_bits, cell, dac = (int(rng.integers(*r)) for r in ((2, 9), (1, 9), (1, 4), (1, 4)))
    encoding = str(rng.choice(["offset", "offset", "twos_complement", "differential"]))
    # Binary weights, where there are such.
    if kind != "twos_complement" and rule == "published" and not dynamic and rng.random() < 0.2:
        bits, weight_range = 1, "narrow"
    slices, slice_list = cut(kind, rule, bits, cell)
    weight_scale = uniform(0.01, 0.5, scale_shape(weights, groups, tiles, 0, outputs))
    zero_point = rng.integers(1 if encoding == "differential" else 0, 2**activation_bits)
    if encoding == "twos_complement":
        zero_point = 2 ** (activation_bits - 1)
    if adc in OUTPUT_ADCS:
        converter = output_adc(OUTPUT_ADCS[adc], outputs, rows << max(bits + activation_bits - 7, 0))
    else:
        converter = adc_attribute(adc, signed, groups, tiles, slices, outputs)
    precision = (f"weight = <bits = {bits}, granularity = {weights}, range = {weight_range}, "
                 f"scale = {dense(weight_scale)}>, "
                 f"activation = <bits = {activation_bits}, zero_point = {zero_point}, "
                 f"scale = {rng.uniform(0.05, 0.5):.5f} : f32>, "
                 f"adc = <{converter}>")
    mapping = (f"kind = {kind}, tiling = {tiling}, input_encoding = {encoding}, slice_rule = {rule}, "
               f"{slice_list}crossbar = <rows = {ROWS}, active_rows = {active}, cell_bits = {cell}, dac_bits = {dac}>")
    if window:
        weight = uniform(-2, 2, (outputs, kernel, kernel, rows // kernel**2))
        height, width = ((shape[i + 1] + pad[2 * i] + pad[2 * i + 1] - kernel) // stride[i] + 1
                         for i in (0, 1))
        result, op = (shape[0], height, width, outputs), "cim.conv2d"
        extra = (f"groups = {groups}, window = #cim.window<kernel = [{kernel}, {kernel}], "
                 f"stride = {list(stride)}, pad = {list(pad)}, dilation = [1, 1]>, ")
    else:
        weight = uniform(-2, 2, (1, rows, outputs))
        result, op, extra = shape[:2] + (outputs,), "cim.matmul", ""
    if dynamic:
        weight, op = np.empty((shape[0], rows, outputs)), "cim.matmul_dynamic"
    tensor = lambda s: "tensor<" + "".join(f"{size}x" for size in s) + "f32>"
    x, w, b, y = tensor(shape), tensor(weight.shape), tensor((outputs,)), tensor(result)
    if dynamic:
        print(f"""func.func @{name}_{weights}_{adc}(%x: {x}, %w: {w}) -> {y} {{
  %y = {op} %x, %w {{layer = "{name}", mapping = #cim.mapping<{mapping}>,
    precision = #cim.precision<{precision}>}} : ({x}, {w}) -> {y}
  return %y : {y}
}}
""")
        return
    print(f"""func.func @{name}_{weights}_{adc}(%x: {x}) -> {y} {{
  %w = "tosa.const"() {{values = {dense(weight)}}} : () -> {w}
  %b = "tosa.const"() {{values = {dense(uniform(-1, 1, (outputs,)))}}} : () -> {b}
  %y = {op} %x, %w, %b {{layer = "{name}", {extra}mapping = #cim.mapping<{mapping}>,
    precision = #cim.precision<{precision}>}} : ({x}, {w}, {b}) -> {y}
  return %y : {y}
}}
""")


for description in LAYERS:
    for weights in ("layer", "channel", "array", "column"):
        for adc in ADCS:
            # An ADC of outputs has no scales of tiles before it.
            if adc not in OUTPUT_ADCS or weights in ("layer", "channel"):
                layer(*description, weights, adc)
for adc in ADCS:
    layer(*DYNAMIC, "layer", adc)

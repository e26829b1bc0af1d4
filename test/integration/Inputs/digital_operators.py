#!/usr/bin/python3
"""Writes a program that applies every digital instruction to its input, and inputs:
digital_operators.py OUT.mlir IN.npy.

Buffers do not share memory, so every instruction's inputs are still there when it is checked.
"""
import sys

import numpy

SHAPE = (1, 5, 6, 4)
lines, outputs = [], []
arena = 512


def tensor(shape, element="f32"):
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


def emit(instruction, operands, shape, attributes="", element="f32"):
    """Appends an instruction of [(name, type)] operands; returns its (name, type)."""
    global arena
    result = (f"%{len(lines)}", tensor(shape, element))
    names, types = ", ".join(o[0] for o in operands), ", ".join(o[1] for o in operands)
    separator = ", " if attributes else ""
    lines.append(f"  {result[0]} = xbar.{instruction} {names} "
                 f"{{{attributes}{separator}offset = {arena} : i64}} : ({types}) -> {result[1]}")
    arena += 64 * -(-int(numpy.prod(shape)) * 8 // 64)
    outputs.append(result)
    return result


def reshape(value, shape, element="f32"):
    """Appends another view of the buffer of an instruction's result."""
    arena_offset = int(lines[int(value[0][1:])].split("offset = ")[1].split(" ")[0])
    result = (f"%{len(lines)}", tensor(shape, element))
    lines.append(f"  {result[0]} = xbar.reshape {value[0]} {{offset = {arena_offset} : i64}} "
                 f": ({value[1]}) -> {result[1]}")
    return result


def constant(shape, value):
    result = (f"%{len(lines)}", tensor(shape))
    lines.append(f"  {result[0]} = xbar.constant dense<{value}> : {result[1]}")
    return result


def random_constant(shape):
    rng = numpy.random.RandomState(len(lines))
    return constant(shape, rng.randn(*shape).round(3).tolist())


def window(kernel, stride, pad, dilation=(1, 1)):
    return (f"window = #cim.window<kernel = {list(kernel)}, stride = {list(stride)}, "
            f"pad = {list(pad)}, dilation = {list(dilation)}>")


def output_size(kernel, stride, pad, dilation=(1, 1)):
    def size(axis):
        padded = SHAPE[1 + axis] + pad[2 * axis] + pad[2 * axis + 1]
        return (padded - (kernel[axis] - 1) * dilation[axis] - 1) // stride[axis] + 1
    return size(0), size(1)


def elementwise(x):
    for kind in ("abs ceil floor negate exp log tanh sigmoid erf reciprocal rsqrt sin cos").split():
        emit("unary", [x], SHAPE, f"kind = #xbar.unary_kind<{kind}>")
    y = emit("clamp", [x], SHAPE, "min = -1.5 : f64, max = 2.0 : f64")
    row = constant((1, 1, 6, 1), "[[[[0.5], [-2.0], [1.0], [3.0], [0.25], [-0.125]]]]")
    for kind in "add sub mul div maximum minimum pow".split():
        for operands in ((x, y), (x, row), (row, x)):
            emit("binary", operands, SHAPE, f"kind = #xbar.binary_kind<{kind}>")
    flags = [emit("binary", [x, other], SHAPE, f"kind = #xbar.binary_kind<{kind}>", "i1")
             for kind, other in (("equal", y), ("greater", row), ("greater_equal", row))]
    for kind in "logical_and logical_or logical_xor".split():
        emit("binary", flags[:2], SHAPE, f"kind = #xbar.binary_kind<{kind}>", "i1")
    emit("unary", flags[:1], SHAPE, "kind = #xbar.unary_kind<logical_not>", "i1")
    emit("select", [flags[1], x, row], SHAPE)
    for element in "i64 i32 i8 ui8 i1".split():
        emit("cast", [emit("cast", [x], SHAPE, "", element)], SHAPE)


def windows(x):
    for case in (((2, 2), (2, 2), (0, 1, 0, 0)), ((3, 3), (1, 1), (1, 1, 1, 1)),
                 ((5, 6), (1, 1), (0, 0, 0, 0))):
        for kind in ("max", "average"):
            emit("pool", [x], (1, *output_size(*case), 4),
                 f"kind = #xbar.pool_kind<{kind}>, {window(*case)}")
    for groups, count, case in ((1, 3, ((3, 3), (2, 1), (1, 1, 1, 1))),
                                (2, 6, ((1, 2), (1, 1), (0, 0, 1, 0))),
                                (4, 4, ((3, 3), (1, 1), (2, 2, 2, 2), (2, 2)))):
        weight = random_constant((count, *case[0], 4 // groups))
        bias = random_constant((count,))
        emit("conv2d", [x, weight, bias], (1, *output_size(*case), count),
             f"groups = {groups} : i64, {window(*case)}")


def movement(x):
    for kind in "sum max min product".split():
        for axis in range(1, 4):
            emit("reduce", [x], tuple(1 if a == axis else n for a, n in enumerate(SHAPE)),
                 f"kind = #xbar.reduce_kind<{kind}>, axis = {axis} : i64")
    for permutation in ((0, 3, 1, 2), (0, 2, 1, 3), (3, 2, 1, 0)):
        emit("transpose", [x], tuple(SHAPE[p] for p in permutation),
             "permutation = array<i64: " + ", ".join(map(str, permutation)) + ">")
    emit("slice", [x], (1, 2, 3, 4), "start = array<i64: 0, 1, 3, 0>")
    emit("pad", [x], (1, 8, 6, 5), "low = array<i64: 0, 1, 0, 1>, value = 0.5 : f64")
    for axis in range(1, 4):
        emit("concat", [x, x], tuple(2 * n if a == axis else n for a, n in enumerate(SHAPE)),
             f"axis = {axis} : i64")
    rhs = random_constant((1, 6, 3))
    columns = emit("transpose", [x], (1, 4, 5, 6), "permutation = array<i64: 0, 3, 1, 2>")
    left = emit("slice", [columns], (1, 1, 5, 6), "start = array<i64: 0, 2, 0, 0>")
    emit("matmul", [reshape(left, (1, 5, 6)), rhs], (1, 5, 3))


def rows(x):
    columns = emit("slice", [x], (1, 5, 1, 4), "start = array<i64: 0, 0, 2, 0>")
    values = reshape(columns, (1, 5, 4))
    for element in ("i32", "i64"):
        first = emit("slice", [values], (1, 5, 1), "start = array<i64: 0, 0, 1>")
        inside = emit("clamp", [first], (1, 5, 1), "min = 0.0 : f64, max = 4.0 : f64")
        column = emit("cast", [inside], (1, 5, 1), "", element)
        indices = reshape(column, (1, 5), element)
        chosen = emit("gather", [values, indices], (1, 5, 4))
        emit("scatter", [values, indices, emit("unary", [chosen], (1, 5, 4),
                                               "kind = #xbar.unary_kind<negate>")], (1, 5, 4))


def typed(x):
    """Every kind that takes integers or truth values, at each of their types."""
    values = {"i1": emit("cast", [emit("cast", [x], SHAPE, "", "i8")], SHAPE, "", "i1")}
    for element, scale in (("i64", 1e12), ("i32", 1e9), ("i8", 60.0), ("ui8", 100.0)):
        large = emit("binary", [x, constant((1, 1, 1, 1), f"{scale:e}")], SHAPE,
                     "kind = #xbar.binary_kind<mul>")
        values[element] = emit("cast", [large], SHAPE, "", element)
    for element, value in values.items():
        other = emit("slice", [value], (1, 1, 6, 4), "start = array<i64: 0, 3, 0, 0>", element)
        logic(value, other, element) if element == "i1" else integers(value, other, element)
        for kind in "equal greater greater_equal".split():
            emit("binary", [value, other], SHAPE, f"kind = #xbar.binary_kind<{kind}>", "i1")
        emit("select", [values["i1"], value, other], SHAPE, "", element)
        for kind in ("max", "min") if element == "i1" else ("sum", "max", "min", "product"):
            emit("reduce", [value], (1, 5, 1, 4), f"kind = #xbar.reduce_kind<{kind}>, axis = 2 : i64",
                 element)
        emit("transpose", [value], (1, 4, 5, 6), "permutation = array<i64: 0, 3, 1, 2>", element)
        emit("pad", [value], (1, 8, 6, 5), "low = array<i64: 0, 1, 0, 1>, value = 1.0 : f64", element)
        emit("concat", [value, other], (1, 6, 6, 4), "axis = 1 : i64", element)
        for result in ["f32", *values]:
            emit("cast", [value], SHAPE, "", result)


def logic(value, other, element):
    for kind in "logical_and logical_or logical_xor".split():
        emit("binary", [value, other], SHAPE, f"kind = #xbar.binary_kind<{kind}>", element)
    emit("unary", [value], SHAPE, "kind = #xbar.unary_kind<logical_not>", element)


def integers(value, other, element):
    # Shifts by small amounts of either sign, too.
    few = emit("clamp", [other], (1, 1, 6, 4), "min = -2.0 : f64, max = 70.0 : f64", element)
    for kind in ("add sub mul div maximum minimum bitwise_and bitwise_or bitwise_xor "
                 "logical_left_shift logical_right_shift arithmetic_right_shift").split():
        for right in (other, few):
            emit("binary", [value, right], SHAPE, f"kind = #xbar.binary_kind<{kind}>", element)
    for kind in "abs negate bitwise_not".split():
        emit("unary", [value], SHAPE, f"kind = #xbar.unary_kind<{kind}>", element)
    emit("clamp", [value], SHAPE, "min = -1.0e+30 : f64, max = 1.0e+30 : f64", element)


argument = ("%x", tensor(SHAPE))
elementwise(argument)
windows(argument)
movement(argument)
rows(argument)
typed(argument)
names = ", ".join(f'"y{i}"' for i in range(len(outputs)))
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write(f'xbar.program @digital attributes {{input_names = ["x"], output_names = [{names}], '
               f"arena_bytes = {arena} : i64, input_offsets = array<i64: 0>}} {{\n"
               f"^bb0(%x: {argument[1]}):\n" + "\n".join(lines) + "\n")
    file.write("  xbar.output " + ", ".join(o[0] for o in outputs) + " : " +
               ", ".join(o[1] for o in outputs) + "\n}\n")
numpy.save(sys.argv[2], (numpy.random.RandomState(1).randn(20, *SHAPE[1:]) * 2).astype("f"))

#!/usr/bin/python3
"""Runs ONNX's own operator tests through cim-translate and cim-eval: conformance.py OUTDIR FILE...

FILE names a file of onnx.backend.test.case.node, such as `conv`. Each test case is imported with its float inputs as
arguments (parameters that must be constant as initializers), the arguments are then replaced by the inputs' values,
and cim-eval compares the function with one that returns the expected outputs. A case may be refused, with one
diagnostic that names the operator; the refused ones are printed, for FileCheck to compare with those we know.
"""
import importlib
import os
import re
import subprocess
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
for alias, meaning in {"float": float, "int": int, "bool": bool, "object": object}.items():
    setattr(np, alias, meaning)  # python3-onnx 1.12 still uses these names
from onnx import TensorProto, helper, numpy_helper  # noqa: E402
import onnx.backend.test.case.node as node_tests  # noqa: E402


def cases_of(file):
    """The test cases that a file of ONNX's suite adds."""
    before = len(node_tests._NodeTestCases)
    importlib.import_module("onnx.backend.test.case.node." + file)
    return node_tests._NodeTestCases[before:]


# Operators of which only the first input may be computed.
CONSTANT_PARAMETERS = ("BatchNormalization", "Clip", "Pad")


def prepare(case):
    """The model of a case in opset 17, the values of its arguments, and the outputs."""
    inputs, outputs = case.data_sets[0]
    graph = case.model.graph
    arguments = []
    for index, (value, array) in enumerate(zip(list(graph.input), map(np.asarray, inputs))):
        constant = index > 0 and graph.node[0].op_type in CONSTANT_PARAMETERS
        if array.dtype == np.float32 and not constant:
            arguments.append(array)
        else:
            graph.initializer.append(numpy_helper.from_array(array, value.name))
            graph.input.remove(value)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model, arguments, [np.asarray(output) for output in outputs]


def type_of(array):
    return "tensor<" + "".join(f"{d}x" for d in array.shape) + "f32>"


def constants(names, arrays):
    """One tosa.const per name."""
    lines = []
    for name, array in zip(names, arrays):
        data = np.ascontiguousarray(array, dtype="<f4").tobytes().hex().upper()
        lines.append(f'  {name} = "tosa.const"() {{values = dense<"0x{data}"> : {type_of(array)}}} '
                     f": () -> {type_of(array)}\n")
    return "".join(lines)


def returning(outputs):
    """A function that returns the expected outputs."""
    names, types = [f"%{i}" for i in range(len(outputs))], ", ".join(map(type_of, outputs))
    return (f"func.func @main() -> ({types}) {{\n{constants(names, outputs)}"
            f"  return {', '.join(names)} : {types}\n}}\n")


def with_values(text, arguments):
    """The printed function with its arguments replaced by constants."""
    names = [f"%arg{i}" for i in range(len(arguments))]
    return re.sub(r"@main\(.*\) ->(.*\{)\n", lambda m: f"@main() ->{m.group(1)}\n{constants(names, arguments)}",
                  text, count=1)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def check(case, directory):
    """'passed', 'refused: reason' or 'failed: reason'."""
    model, arguments, outputs = prepare(case)
    path = os.path.join(directory, case.name)
    with open(path + ".onnx", "wb") as file:
        file.write(model.SerializeToString())
    imported = run("cim-translate", "--onnx-to-mlir", path + ".onnx")
    if imported.returncode:
        lines = imported.stderr.strip().splitlines()
        expected = imported.returncode == 1 and len(lines) == 1 and ": error: " in lines[0]
        return ("refused: " if expected else "failed: ") + imported.stderr.strip().split(": error: ")[-1]
    with open(path + ".mlir", "w", encoding="utf-8") as file:
        file.write(with_values(imported.stdout, arguments))
    with open(path + ".expected.mlir", "w", encoding="utf-8") as file:
        file.write(returning(outputs))
    compared = run("cim-eval", path + ".mlir", path + ".expected.mlir", "--tolerance=1e-5", "--verify")
    if compared.returncode:
        return "failed: " + (compared.stderr + compared.stdout).strip()
    return "passed"


def main():
    directory = sys.argv[1]
    os.makedirs(directory, exist_ok=True)
    status = 0
    for file in sys.argv[2:]:
        results = {case.name: check(case, directory) for case in cases_of(file)}
        counts = {kind: sum(r.startswith(kind) for r in results.values()) for kind in ("passed", "refused", "failed")}
        print(f"{file}: {counts['passed']} passed, {counts['refused']} refused, {counts['failed']} failed")
        for name, result in results.items():
            if result != "passed":
                print(f"  {name}: {result}")
        status |= counts["failed"] > 0
    return status


if __name__ == "__main__":
    sys.exit(main())

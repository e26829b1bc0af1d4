#!/usr/bin/python3
"""Compiles and runs every model of a folder that make-dynamo.py wrote and compares with what torch computed:
dynamo.py FOLDER OUTDIR."""
import glob
import os
import subprocess
import sys

import numpy as np
import onnx

folder, directory = sys.argv[1:]
os.makedirs(directory, exist_ok=True)
for path in sorted(glob.glob(folder + "/*.onnx")):
    name = os.path.basename(path)[:-len(".onnx")]
    arrays = np.load(f"{folder}/{name.split('_')[0]}.npz")
    model = onnx.load(path)
    graph = model.graph
    program, x = f"{directory}/{name}.cim", f"{directory}/{name}.npy"
    np.save(x, arrays["in"])
    shape = "x".join(map(str, arrays["in"].shape))
    options = [f"--shape={graph.input[0].name}={shape}"] if name.endswith("dynamic") else []
    subprocess.run(["cim-compile", path, "--digital", "-o", program, *options], check=True)
    outputs = [f"{directory}/{name}.{i}.npy" for i in range(len(graph.output))]
    subprocess.run(["cim-run", program, f"--input={x}",
                    *(f"--output={port.name}={file}" for port, file in zip(graph.output, outputs))], check=True)
    differences = [np.abs(np.load(file) - arrays[f"out{i}"]).max() / np.abs(arrays[f"out{i}"]).max()
                   for i, file in enumerate(outputs)]
    agrees = all(difference < 1e-5 for difference in differences)
    print(f"{name}: opset {model.opset_import[0].version}",
          "agrees" if agrees else f"differs by {differences}")

#!/usr/bin/env python3
"""Runs the quantized modules with the reference model of the TOSA specification, as NAME.npy keeps
it of the first 16 test images: make-expected.py [NAME...], by default all of them.
"""
import gzip
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import tosa_reference_model

FOLDER = pathlib.Path(__file__).parent
DATA = "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz"

for name in sys.argv[1:] or ["lenet_int8_tflite", "resnet20_int8_tflite"]:
    with gzip.open(DATA) as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28, 1)[:16]
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(["tosa-opt", FOLDER / f"{name}.mlirbc", "--tosa-serialize",
                        f"--tosa-flatbuffer-filename={file.name}"],
                       check=True, stdout=subprocess.DEVNULL)
        program = file.read()
    results = []
    for image in pixels.astype(np.float32) / 255:
        outputs, status = tosa_reference_model.run(program, [image])
        assert status == tosa_reference_model.GraphStatus.TOSA_VALID, status
        results.append(outputs[0].view(np.float32).reshape(1, 10))
    np.save(FOLDER / f"{name}.npy", np.concatenate(results))

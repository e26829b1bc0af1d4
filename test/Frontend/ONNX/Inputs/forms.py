#!/usr/bin/python3
"""Writes a model in ONNX text syntax as OUT.onnx and OUT.pbtxt, and imports cut and flipped forms: forms.py MODEL OUT.

A damaged file may be a model still; it must never end the tool by a signal.
"""
import random
import subprocess
import sys

import onnx.parser
from google.protobuf import text_format

with open(sys.argv[1], encoding="utf-8") as text:
    model = onnx.parser.parse_model(text.read())
binary = model.SerializeToString()
with open(sys.argv[2] + ".onnx", "wb") as file:
    file.write(binary)
with open(sys.argv[2] + ".pbtxt", "w", encoding="utf-8") as file:
    file.write(text_format.MessageToString(model))

generator = random.Random(1)
for trial in range(60):
    damaged = bytearray(binary[:generator.randrange(1, len(binary))] if trial % 2 else binary)
    for _ in range(trial % 4):
        damaged[generator.randrange(len(damaged))] = generator.randrange(256)
    with open(sys.argv[2] + ".damaged", "wb") as file:
        file.write(damaged)
    code = subprocess.run(["cim-translate", "--onnx-to-mlir", sys.argv[2] + ".damaged", "-o", "/dev/null"],
                          stderr=subprocess.DEVNULL, check=False).returncode
    if code not in (0, 1):
        sys.exit(f"trial {trial}: exit code {code}")

#!/usr/bin/python3
"""Writes a model in ONNX text syntax as OUT.onnx and OUT.pbtxt, and imports cut and flipped forms: forms.py MODEL OUT.

A damaged file may be a model still; it must never end the tool by a signal.
"""
import random
import subprocess
import sys

import onnx.parser
from google.protobuf import text_format

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
model = onnx.parser.parse_model(text)
binary, protobuf_text = model.SerializeToString(), text_format.MessageToString(model)
with open(sys.argv[2] + ".onnx", "wb") as file:
    file.write(binary)
with open(sys.argv[2] + ".pbtxt", "w", encoding="utf-8") as file:
    file.write(protobuf_text)

forms = (binary, text.encode(), protobuf_text.encode())
generator = random.Random(1)
for trial in range(120):
    form = forms[trial % 3]
    damaged = bytearray(form)
    if trial % 2:
        del damaged[generator.randrange(1, len(damaged)):]
    for _ in range(trial % 4):
        damaged[generator.randrange(len(damaged))] = generator.choice(form)
    with open(sys.argv[2] + ".damaged", "wb") as file:
        file.write(damaged)
    code = subprocess.run(["cim-translate", "--onnx-to-mlir", sys.argv[2] + ".damaged"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode
    if code not in (0, 1):
        sys.exit(f"trial {trial}: exit code {code}")

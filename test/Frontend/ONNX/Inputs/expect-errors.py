#!/usr/bin/python3
"""Imports each file of a folder and expects the one diagnostic that its line `# error: TEXT` announces."""
import os
import subprocess
import sys

failures = 0
for name in sorted(n for n in os.listdir(sys.argv[1]) if n.endswith("txt")):
    path = os.path.join(sys.argv[1], name)
    with open(path, encoding="utf-8") as file:
        expected = next(line for line in file if line.startswith("# error: "))[2:].strip()
    result = subprocess.run(["cim-translate", "--onnx-to-mlir", path], capture_output=True, text=True, check=False)
    if result.returncode != 1 or result.stderr.strip() != f"{path}: {expected}" or result.stdout:
        failures += 1
        print(f"{name}: exit code {result.returncode}\n  expected {expected}\n  got      {result.stderr.strip()}")
sys.exit(failures > 0)

"""Compares a report with what the program did: conversions.py REPORT PROGRAM SHAPE."""
import json
import subprocess
import sys

import numpy as np

report, program, shape = sys.argv[1:]
np.save(program + ".npy", np.random.default_rng(0).random([int(size) for size in shape.split("x")], np.float32))
out = subprocess.run(["cim-run", program, f"--input={program}.npy", "--stats", "--json"], check=True, capture_output=True)
run = json.loads(out.stdout)
with open(report, encoding="utf-8") as file:
    costs = json.load(file)
counted = {layer["name"]: layer["conversions"] for layer in run["layers"] if layer["conversions"]}
expected = {layer["name"]: layer["conversions"] for layer in costs["layers"]}
assert counted == expected, f"{counted} instead of {expected}"
assert run["conversions"] == costs["total"]["conversions"]
print(f"{len(counted)} layers, {run['conversions']} conversions")

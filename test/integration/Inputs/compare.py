"""Compares outputs: compare.py TOLERANCE EXPECTED.npy ACTUAL.npy... fails if one differs by more than
the tolerance times the largest expected number."""
import sys

import numpy as np

expected = np.load(sys.argv[2])
for path in sys.argv[3:]:
    actual = np.load(path)
    difference = np.abs(actual - expected).max() / np.abs(expected).max()
    print(f"largest difference {difference:.2g}")
    if actual.shape != expected.shape or not difference <= float(sys.argv[1]):
        sys.exit(f"{path}: outputs differ by {difference} of the largest")

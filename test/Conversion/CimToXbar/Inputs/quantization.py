"""Makes inputs (argument "make") or compares what the runtime gave with the formulas of cim.quantize, bit for bit."""
import sys
import numpy as np

F = np.float32


def quantize(x, scale, zero, low, high):
    with np.errstate(all="ignore"):
        codes = np.rint(x / np.asarray(scale, F)).astype(np.float64) + zero
    codes = np.where(np.isnan(codes), np.broadcast_to(zero, x.shape), np.clip(codes, low, high))
    return codes.astype(np.int64)


def dequantize(codes, scale, zero):
    return (codes - zero).astype(F) * np.asarray(scale, F)


if sys.argv[1] == "make":
    x = np.random.RandomState(0).randn(64, 3).astype(F) * 3
    x[:8] = np.rint(x[:8] * 16) / 16  # often ties
    x[8] = [np.nan, np.inf, -np.inf]
    x[9] = [0.0, -0.0, 3e38]
    x[10] = [-3e38, 1e-45, -1e-45]
    np.save(sys.argv[2], x)
    sys.exit()

x = np.load(sys.argv[2])
forms = {
    "narrow": (F(0.25), 0, -7, 7),
    "point": (F(0.1), 128, 0, 255),
    "axis": (F([0.5, 0.25, 0.125]), np.array([15, 0, 8]), 0, 15),
}
expected = {name: dequantize(quantize(x, *form), *form[:2]) for name, form in forms.items()}
expected["binary"] = np.where(x >= 0, F(1), F(-1)) * F([0.5, 3, 1])
for name, y in expected.items():
    output = np.load(f"{sys.argv[3]}/{name}.npy")
    assert y.astype(F).tobytes() == output.tobytes(), (name, y, output)
print("equal", *sorted(expected))

"""A quantized network as a module of tosa ("make FOLDER"), and what it must give ("check FOLDER OUTPUT"): the float
network on rounded operands, computed in double."""
import sys
import numpy as np

F = np.float32
folder = sys.argv[2]
random = np.random.RandomState(0)
x = random.randn(32, 1, 6, 24).astype(F)
codes1 = random.randint(-7, 8, (1, 24, 20))
floats2 = (random.randn(10, 20) * 0.3).astype(F)
scales1, scale2 = (random.rand(20) * 0.1 + 0.01).astype(F), F(0.11)
bias = random.randn(20).astype(F)
s_in, z_in, s_mid = F(0.023), 117, F(0.31)


def text(values):
    return str(np.asarray(values).tolist())


def make():
    scales = ", ".join(repr(float(s)) for s in scales1)
    middle = f"!quant.uniform<u4<0:14>:f32, {float(s_mid)!r}>"
    open(folder + "/main.mlir", "w").write(f"""
!in = !quant.uniform<u8:f32, {float(s_in)!r}:{z_in}>
!w1 = !quant.uniform<i4<-7:7>:f32:2, {{{scales}}}>
!w2 = !quant.uniform<i3:f32, {float(scale2)!r}>
func.func @main(%x: tensor<1x6x24xf32>) -> tensor<1x6x10xf32> {{
  %z = "tosa.const"() {{values = dense<0.0> : tensor<1xf32>}} : () -> tensor<1xf32>
  %q = quant.qcast %x : tensor<1x6x24xf32> to tensor<1x6x24x!in>
  %d = quant.dcast %q : tensor<1x6x24x!in> to tensor<1x6x24xf32>
  %c = "tosa.const"() {{values = dense<{text(codes1)}> : tensor<1x24x20xi8>}} : () -> tensor<1x24x20xi8>
  %cq = cim.storage_cast %c : tensor<1x24x20xi8> -> tensor<1x24x20x!w1>
  %w = cim.dequantize %cq : tensor<1x24x20x!w1> -> tensor<1x24x20xf32>
  %p = tosa.matmul %d, %w, %z, %z {{}} : (tensor<1x6x24xf32>, tensor<1x24x20xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x20xf32>
  %b = "tosa.const"() {{values = dense<[[{text(bias)}]]> : tensor<1x1x20xf32>}} : () -> tensor<1x1x20xf32>
  %y = tosa.add %p, %b : (tensor<1x6x20xf32>, tensor<1x1x20xf32>) -> tensor<1x6x20xf32>
  %r = tosa.clamp %y {{min_val = 0.0 : f32, max_val = 3.4e38 : f32}} : (tensor<1x6x20xf32>) -> tensor<1x6x20xf32>
  %rq = quant.qcast %r : tensor<1x6x20xf32> to tensor<1x6x20x{middle}>
  %rd = quant.dcast %rq : tensor<1x6x20x{middle}> to tensor<1x6x20xf32>
  %f = "tosa.const"() {{values = dense<[{text(floats2)}]> : tensor<1x10x20xf32>}} : () -> tensor<1x10x20xf32>
  %fq = quant.qcast %f : tensor<1x10x20xf32> to tensor<1x10x20x!w2>
  %fd = quant.dcast %fq : tensor<1x10x20x!w2> to tensor<1x10x20xf32>
  %ft = tosa.transpose %fd {{perms = array<i32: 0, 2, 1>}} : (tensor<1x10x20xf32>) -> tensor<1x20x10xf32>
  %o = tosa.matmul %rd, %ft, %z, %z {{}} : (tensor<1x6x20xf32>, tensor<1x20x10xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x6x10xf32>
  return %o : tensor<1x6x10xf32>
}}
""")
    np.save(folder + "/x.npy", x)


def rounded(values, scale, zero, low, high):
    codes = np.clip(np.rint(values.astype(F) / F(scale)).astype(np.float64) + zero, low, high)
    return (codes - zero) * np.float64(scale)


def expect():
    y = rounded(x, s_in, z_in, 0, 255) @ (codes1 * scales1.astype(np.float64)) + bias
    y = rounded(np.maximum(y, 0), s_mid, 0, 0, 14)
    return y @ rounded(floats2, scale2, 0, -4, 3).T


if sys.argv[1] == "make":
    make()
else:
    output, expected = np.load(sys.argv[3]), expect()
    error = np.abs(output.reshape(expected.shape) - expected).max() / np.abs(expected).max()
    assert error < 1e-6, error
    print("equal to rounding")

// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization --convert-cim-to-xbar -o %t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=1 --runs=4

// Two groups, scales per array ([G, T]), a zero point and padding.
func.func @main(%x: tensor<1x4x4x4xf32>) -> tensor<1x4x4x2xf32> {
  %w = "tosa.const"() {values = dense<[[[[1.0, -0.5], [0.25, 2.0]], [[-1.5, 0.75], [3.0, -3.0]]],
                                       [[[0.5, 1.5], [-2.0, -0.25]], [[1.0, 1.0], [-1.0, 2.5]]]]> : tensor<2x2x2x2xf32>} : () -> tensor<2x2x2x2xf32>
  %b = "tosa.const"() {values = dense<[0.5, -1.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.conv2d %x, %w, %b {layer = "conv", groups = 2 : i64,
    window = #cim.window<kernel = [2, 2], stride = [1, 1], pad = [1, 0, 1, 0], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>,
    precision = #cim.precision<
      weight = <bits = 5, granularity = array, scale = dense<[[0.2, 0.3], [0.25, 0.15]]> : tensor<2x2xf32>>,
      activation = <bits = 4, zero_point = 7, scale = 0.3 : f32>,
      adc = <kind = linear, bits = 4, granularity = array, scale = dense<[[1.5, 2.0], [1.0, 3.0]]> : tensor<2x2xf32>,
             offset = dense<[[1, -2], [3, 0]]> : tensor<2x2xi32>>>}
    : (tensor<1x4x4x4xf32>, tensor<2x2x2x2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
  return %y : tensor<1x4x4x2xf32>
}

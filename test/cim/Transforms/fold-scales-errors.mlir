// RUN: cim-opt %s --cim-fold-scales --cim-verify-input --verify-diagnostics

// The pass refuses nothing: weights that are not there stay as they are for the gate to see.
func.func @main(%x: tensor<1x2x4x1xf32>) -> tensor<1x2x4x2xf32> {
  // expected-error @+1 {{resource 'missing' must be present}}
  %w = "tosa.const"() {values = dense_resource<missing> : tensor<2x1x1x1xf32>} : () -> tensor<2x1x1x1xf32>
  %b = "tosa.const"() {values = dense<3.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %two = "tosa.const"() {values = dense<2.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x2x4x1xf32>, tensor<2x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x4x2xf32>
  %1 = tosa.add %0, %two : (tensor<1x2x4x2xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x4x2xf32>
  return %1 : tensor<1x2x4x2xf32>
}

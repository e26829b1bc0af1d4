module {
  xbar.program @golden attributes {arena_bytes = 384 : i64, input_names = ["image"], input_offsets = array<i64: 0>, output_names = ["rows", "bits", "wide"]} {
  ^bb0(%arg0: tensor<1x4x3xf32>):
    %0 = xbar.slice %arg0 {offset = 64 : i64, start = array<i64: 0, 1, 2>} : (tensor<1x4x3xf32>) -> tensor<1x2x1xf32>
    %1 = xbar.clamp %0 {max = 3.000000e+00 : f64, min = 0.000000e+00 : f64, offset = 128 : i64} : (tensor<1x2x1xf32>) -> tensor<1x2x1xf32>
    %2 = xbar.cast %1 {offset = 192 : i64} : (tensor<1x2x1xf32>) -> tensor<1x2x1xi32>
    %3 = xbar.reshape %2 {offset = 192 : i64} : (tensor<1x2x1xi32>) -> tensor<1x2xi32>
    %4 = xbar.gather %arg0, %3 {name = "embedding", offset = 64 : i64} : (tensor<1x4x3xf32>, tensor<1x2xi32>) -> tensor<1x2x3xf32>
    %5 = xbar.constant dense<[[3, 0]]> : tensor<1x2xi64>
    %6 = xbar.scatter %arg0, %5, %4 {name = "update", offset = 256 : i64} : (tensor<1x4x3xf32>, tensor<1x2xi64>, tensor<1x2x3xf32>) -> tensor<1x4x3xf32>
    %7 = xbar.cast %6 {offset = 0 : i64} : (tensor<1x4x3xf32>) -> tensor<1x4x3xi8>
    %8 = xbar.constant dense<[[[-1, 3, 9]]]> : tensor<1x1x3xi8>
    %9 = xbar.unary %7 {kind = #xbar.unary_kind<bitwise_not>, offset = 64 : i64} : (tensor<1x4x3xi8>) -> tensor<1x4x3xi8>
    %10 = xbar.binary %9, %8 {kind = #xbar.binary_kind<bitwise_and>, offset = 128 : i64} : (tensor<1x4x3xi8>, tensor<1x1x3xi8>) -> tensor<1x4x3xi8>
    %11 = xbar.binary %9, %10 {kind = #xbar.binary_kind<bitwise_or>, offset = 192 : i64} : (tensor<1x4x3xi8>, tensor<1x4x3xi8>) -> tensor<1x4x3xi8>
    %12 = xbar.binary %11, %7 {kind = #xbar.binary_kind<bitwise_xor>, offset = 128 : i64} : (tensor<1x4x3xi8>, tensor<1x4x3xi8>) -> tensor<1x4x3xi8>
    %13 = xbar.cast %12 {offset = 192 : i64} : (tensor<1x4x3xi8>) -> tensor<1x4x3xui8>
    %14 = xbar.constant dense<[[[1, 2, 8]]]> : tensor<1x1x3xui8>
    %15 = xbar.binary %13, %14 {kind = #xbar.binary_kind<logical_right_shift>, offset = 320 : i64} : (tensor<1x4x3xui8>, tensor<1x1x3xui8>) -> tensor<1x4x3xui8>
    %16 = xbar.cast %12 {offset = 0 : i64} : (tensor<1x4x3xi8>) -> tensor<1x4x3xi64>
    %17 = xbar.constant dense<[[[1, 63, 64]]]> : tensor<1x1x3xi64>
    %18 = xbar.binary %16, %17 {kind = #xbar.binary_kind<logical_left_shift>, offset = 128 : i64} : (tensor<1x4x3xi64>, tensor<1x1x3xi64>) -> tensor<1x4x3xi64>
    %19 = xbar.binary %18, %17 {kind = #xbar.binary_kind<arithmetic_right_shift>, offset = 0 : i64} : (tensor<1x4x3xi64>, tensor<1x1x3xi64>) -> tensor<1x4x3xi64>
    xbar.output %6, %15, %19 : tensor<1x4x3xf32>, tensor<1x4x3xui8>, tensor<1x4x3xi64>
  }
}


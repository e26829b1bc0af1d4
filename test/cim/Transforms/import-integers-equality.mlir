// RUN: cim-opt %s --cim-import-integers -o %t.mlir
// RUN: not grep tosa.rescale %t.mlir
// RUN: cim-eval %s %t.mlir --seed=1 --runs=8 --low=-1e9 --high=1e9
// RUN: cim-eval %s %t.mlir --seed=2 --runs=8 --low=-300 --high=300

// Both roundings on both sides of shift 31, single numbers and channels, all widths, zero points.
func.func @main(%x: tensor<2x5x3xi32>, %y: tensor<2x5x3xi8>)
    -> (tensor<2x5x3xi8>, tensor<2x5x3xi32>, tensor<2x5x3xi8>, tensor<2x5x3xi32>) {
  %m = "tosa.const"() {values = dense<1380831948> : tensor<1xi32>} : () -> tensor<1xi32>
  %ms = "tosa.const"() {values = dense<[1910358660, 1073741824, 2147483647]> : tensor<3xi32>} : () -> tensor<3xi32>
  %s = "tosa.const"() {values = dense<49> : tensor<1xi8>} : () -> tensor<1xi8>
  %ss = "tosa.const"() {values = dense<[31, 38, 62]> : tensor<3xi8>} : () -> tensor<3xi8>
  %small = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %z8 = "tosa.const"() {values = dense<-55> : tensor<1xi8>} : () -> tensor<1xi8>
  %z32 = "tosa.const"() {values = dense<0> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = tosa.rescale %x, %m, %s, %z32, %z8 {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false}
    : (tensor<2x5x3xi32>, tensor<1xi32>, tensor<1xi8>, tensor<1xi32>, tensor<1xi8>) -> tensor<2x5x3xi8>
  %1 = tosa.rescale %x, %ms, %ss, %z32, %z32 {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false}
    : (tensor<2x5x3xi32>, tensor<3xi32>, tensor<3xi8>, tensor<1xi32>, tensor<1xi32>) -> tensor<2x5x3xi32>
  %2 = tosa.rescale %y, %ms, %ss, %z8, %z8 {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = true, input_unsigned = false, output_unsigned = false}
    : (tensor<2x5x3xi8>, tensor<3xi32>, tensor<3xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<2x5x3xi8>
  %3 = tosa.rescale %y, %m, %small, %z8, %z32 {scale32 = true, rounding_mode = DOUBLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false}
    : (tensor<2x5x3xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<2x5x3xi32>
  return %0, %1, %2, %3 : tensor<2x5x3xi8>, tensor<2x5x3xi32>, tensor<2x5x3xi8>, tensor<2x5x3xi32>
}

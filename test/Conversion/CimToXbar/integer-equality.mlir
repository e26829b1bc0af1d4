// RUN: cim-opt %s --convert-cim-to-xbar -o %t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=1 --runs=8

func.func @main(%x: tensor<2x5x3xi64>, %y: tensor<2x5x3xi64>, %b: tensor<2x5x3xui8>, %c: tensor<2x5x3xi1>, %f: tensor<2x5x3xf32>)
    -> (tensor<2x5x3xi64>, tensor<2x5x3xi64>, tensor<2x5x3xi64>, tensor<2x5x3xi64>, tensor<2x5x3xi64>, tensor<2x5x3xui8>,
        tensor<2x1x3xi1>, tensor<2x5x1xi1>, tensor<2x3xi32>, tensor<2x5xi32>, tensor<2x5xi32>, tensor<5x3xi32>,
        tensor<2x5x3xf32>, tensor<2x5x3xi1>, tensor<2x5x3xui8>, tensor<2x7x3xi1>, tensor<2x5x3xi64>) {
  %0 = tosa.intdiv %x, %y : (tensor<2x5x3xi64>, tensor<2x5x3xi64>) -> tensor<2x5x3xi64>
  %1 = tosa.bitwise_xor %x, %y : (tensor<2x5x3xi64>, tensor<2x5x3xi64>) -> tensor<2x5x3xi64>
  %2 = tosa.logical_left_shift %x, %y : (tensor<2x5x3xi64>, tensor<2x5x3xi64>) -> tensor<2x5x3xi64>
  %3 = tosa.logical_right_shift %x, %y : (tensor<2x5x3xi64>, tensor<2x5x3xi64>) -> tensor<2x5x3xi64>
  %4 = tosa.arithmetic_right_shift %x, %y {round = false} : (tensor<2x5x3xi64>, tensor<2x5x3xi64>) -> tensor<2x5x3xi64>
  %5 = tosa.bitwise_not %b : (tensor<2x5x3xui8>) -> tensor<2x5x3xui8>
  %6 = tosa.reduce_all %c {axis = 1 : i32} : (tensor<2x5x3xi1>) -> tensor<2x1x3xi1>
  %7 = tosa.reduce_any %c {axis = 2 : i32} : (tensor<2x5x3xi1>) -> tensor<2x5x1xi1>
  %8 = tosa.argmax %b {axis = 1 : i32} : (tensor<2x5x3xui8>) -> tensor<2x3xi32>
  %9 = tosa.argmax %f {axis = 2 : i32} : (tensor<2x5x3xf32>) -> tensor<2x5xi32>
  %10 = tosa.argmax %c {axis = 2 : i32} : (tensor<2x5x3xi1>) -> tensor<2x5xi32>
  %11 = tosa.argmax %x {axis = 0 : i32} : (tensor<2x5x3xi64>) -> tensor<5x3xi32>
  %12 = tosa.reverse %f {axis = 0 : i32} : (tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
  %13 = tosa.reverse %c {axis = 1 : i32} : (tensor<2x5x3xi1>) -> tensor<2x5x3xi1>
  %14 = tosa.reverse %b {axis = 2 : i32} : (tensor<2x5x3xui8>) -> tensor<2x5x3xui8>
  %padding = tosa.const_shape {values = dense<[0, 0, 1, 1, 0, 0]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %true = "tosa.const"() {values = dense<true> : tensor<1xi1>} : () -> tensor<1xi1>
  %15 = tosa.pad %c, %padding, %true : (tensor<2x5x3xi1>, !tosa.shape<6>, tensor<1xi1>) -> tensor<2x7x3xi1>
  %16 = tosa.clamp %x {min_val = 3 : i64, max_val = 9223372036854775807 : i64} : (tensor<2x5x3xi64>) -> tensor<2x5x3xi64>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16
    : tensor<2x5x3xi64>, tensor<2x5x3xi64>, tensor<2x5x3xi64>, tensor<2x5x3xi64>, tensor<2x5x3xi64>, tensor<2x5x3xui8>,
      tensor<2x1x3xi1>, tensor<2x5x1xi1>, tensor<2x3xi32>, tensor<2x5xi32>, tensor<2x5xi32>, tensor<5x3xi32>,
      tensor<2x5x3xf32>, tensor<2x5x3xi1>, tensor<2x5x3xui8>, tensor<2x7x3xi1>, tensor<2x5x3xi64>
}

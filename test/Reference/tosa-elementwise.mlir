// Elementwise operators, reductions, comparisons and casts with known results.
// RUN: cim-eval %s | FileCheck %s

// CHECK: @arithmetic#0 : tensor<2xf32> = [4, 0]
// CHECK: @arithmetic#1 : tensor<2xf32> = [-2, -4]
// CHECK: @arithmetic#2 : tensor<2xf32> = [3, -4]
// CHECK: @arithmetic#3 : tensor<2xf32> = [1, 4]
// CHECK: @arithmetic#4 : tensor<2xf32> = [3, 2]
// CHECK: @arithmetic#5 : tensor<2xf32> = [1, -2]
func.func @arithmetic() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>,
                            tensor<2xf32>, tensor<2xf32>) {
  %a = "tosa.const"() {values = dense<[1.0, -2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %b = "tosa.const"() {values = dense<[3.0, 2.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.add %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %1 = tosa.sub %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %2 = tosa.mul %a, %b, %shift : (tensor<2xf32>, tensor<2xf32>, tensor<1xi8>) -> tensor<2xf32>
  %3 = tosa.pow %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %4 = tosa.maximum %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %5 = tosa.minimum %a, %b : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>,
    tensor<2xf32>, tensor<2xf32>
}

// Axes of size 1 are repeated.
// CHECK: @broadcast#0 : tensor<2x2xf32> = [11, 21, 12, 22]
func.func @broadcast() -> tensor<2x2xf32> {
  %a = "tosa.const"() {values = dense<[[1.0], [2.0]]> : tensor<2x1xf32>} : () -> tensor<2x1xf32>
  %b = "tosa.const"() {values = dense<[[10.0, 20.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %0 = tosa.add %a, %b : (tensor<2x1xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// Integers wrap around; quotients are truncated.
// CHECK: @integers#0 : tensor<2xi32> = [-2147483648, -4]
// CHECK: @integers#1 : tensor<2xi32> = [2147483647, -2]
func.func @integers() -> (tensor<2xi32>, tensor<2xi32>) {
  %a = "tosa.const"() {values = dense<[2147483647, -5]> : tensor<2xi32>} : () -> tensor<2xi32>
  %b = "tosa.const"() {values = dense<[1, 1]> : tensor<2xi32>} : () -> tensor<2xi32>
  %c = "tosa.const"() {values = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = tosa.add %a, %b : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %1 = tosa.intdiv %a, %c : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %0, %1 : tensor<2xi32>, tensor<2xi32>
}

// Amounts of the width and more shift all bits out.
// CHECK: @bits#0 : tensor<3xi8> = [-128, -128, 0]
// CHECK: @bits#1 : tensor<3xi8> = [64, 1, 0]
// CHECK: @bits#2 : tensor<3xi8> = [-64, -1, -1]
// CHECK: @bits#3 : tensor<3xi8> = [127, 127, 127]
// CHECK: @bits#4 : tensor<3xi8> = [0, 0, -128]
func.func @bits() -> (tensor<3xi8>, tensor<3xi8>, tensor<3xi8>, tensor<3xi8>, tensor<3xi8>) {
  %a = "tosa.const"() {values = dense<-128> : tensor<3xi8>} : () -> tensor<3xi8>
  %one = "tosa.const"() {values = dense<[-64, 1, 1]> : tensor<3xi8>} : () -> tensor<3xi8>
  %b = "tosa.const"() {values = dense<[1, 7, 8]> : tensor<3xi8>} : () -> tensor<3xi8>
  %c = "tosa.const"() {values = dense<[1, 7, -8]> : tensor<3xi8>} : () -> tensor<3xi8>
  %0 = tosa.logical_left_shift %one, %b : (tensor<3xi8>, tensor<3xi8>) -> tensor<3xi8>
  %1 = tosa.logical_right_shift %a, %b : (tensor<3xi8>, tensor<3xi8>) -> tensor<3xi8>
  %2 = tosa.arithmetic_right_shift %a, %b {round = false} : (tensor<3xi8>, tensor<3xi8>) -> tensor<3xi8>
  %3 = tosa.bitwise_not %a : (tensor<3xi8>) -> tensor<3xi8>
  %4 = tosa.bitwise_and %a, %c : (tensor<3xi8>, tensor<3xi8>) -> tensor<3xi8>
  return %0, %1, %2, %3, %4 : tensor<3xi8>, tensor<3xi8>, tensor<3xi8>, tensor<3xi8>, tensor<3xi8>
}

// The first of equal maxima; where one is not a number it is 0.
// CHECK: @indices#0 : tensor<3xi32> = [1, 0, 0]
// CHECK: @indices#1 : tensor<2x1xi1> = [0, 0]
// CHECK: @indices#2 : tensor<1x2xi1> = [0, 1]
func.func @indices() -> (tensor<3xi32>, tensor<2x1xi1>, tensor<1x2xi1>) {
  %x = "tosa.const"() {values = dense<[[1.0, 2.0, 2.0], [3.0, 3.0, 1.0], [1.0, 0x7FC00000, 2.0]]> : tensor<3x3xf32>} : () -> tensor<3x3xf32>
  %c = "tosa.const"() {values = dense<[[false, true], [false, false]]> : tensor<2x2xi1>} : () -> tensor<2x2xi1>
  %0 = tosa.argmax %x {axis = 1 : i32} : (tensor<3x3xf32>) -> tensor<3xi32>
  %1 = tosa.reduce_all %c {axis = 1 : i32} : (tensor<2x2xi1>) -> tensor<2x1xi1>
  %2 = tosa.reduce_any %c {axis = 0 : i32} : (tensor<2x2xi1>) -> tensor<1x2xi1>
  return %0, %1, %2 : tensor<3xi32>, tensor<2x1xi1>, tensor<1x2xi1>
}

// CHECK: @functions#0 : tensor<2xf32> = [4, 0.25]
// CHECK: @functions#1 : tensor<2xf32> = [0.25, 4]
// CHECK: @functions#2 : tensor<2xf32> = [0.5, 2]
// CHECK: @functions#3 : tensor<2xf32> = [54.5981{{[0-9]*}}, 1.28402{{[0-9]*}}]
// CHECK: @functions#4 : tensor<2xf32> = [1.38629{{[0-9]*}}, -1.38629{{[0-9]*}}]
// CHECK: @functions#5 : tensor<2xf32> = [0.999329{{[0-9]*}}, 0.244918{{[0-9]*}}]
// CHECK: @functions#6 : tensor<2xf32> = [0.98201{{[0-9]*}}, 0.562176{{[0-9]*}}]
// CHECK: @functions#7 : tensor<2xf32> = [{{1|0.999999.*}}, 0.276326{{[0-9]*}}]
func.func @functions() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>,
                           tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %a = "tosa.const"() {values = dense<[4.0, 0.25]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = tosa.abs %a : (tensor<2xf32>) -> tensor<2xf32>
  %1 = tosa.reciprocal %a : (tensor<2xf32>) -> tensor<2xf32>
  %2 = tosa.rsqrt %a : (tensor<2xf32>) -> tensor<2xf32>
  %3 = tosa.exp %a : (tensor<2xf32>) -> tensor<2xf32>
  %4 = tosa.log %a : (tensor<2xf32>) -> tensor<2xf32>
  %5 = tosa.tanh %a : (tensor<2xf32>) -> tensor<2xf32>
  %6 = tosa.sigmoid %a : (tensor<2xf32>) -> tensor<2xf32>
  %7 = tosa.erf %a : (tensor<2xf32>) -> tensor<2xf32>
  return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>,
    tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// Not-a-number is kept by clamp and wins over numbers.
// CHECK: @rounding#0 : tensor<4xf32> = [3, -2, nan, inf]
// CHECK: @rounding#1 : tensor<4xf32> = [2, -3, nan, inf]
// CHECK: @rounding#2 : tensor<4xf32> = [-2.5, 2.5, nan, -inf]
// CHECK: @rounding#3 : tensor<4xf32> = [2.5, 0, nan, 6]
// CHECK: @rounding#4 : tensor<4xf32> = [2.5, 1, nan, inf]
func.func @rounding() -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %a = "tosa.const"() {values = dense<[2.5, -2.5, 0x7FC00000, 0x7F800000]> : tensor<4xf32>}
    : () -> tensor<4xf32>
  %one = "tosa.const"() {values = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %zp = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.ceil %a : (tensor<4xf32>) -> tensor<4xf32>
  %1 = tosa.floor %a : (tensor<4xf32>) -> tensor<4xf32>
  %2 = tosa.negate %a, %zp, %zp : (tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4xf32>
  %3 = tosa.clamp %a {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
  %4 = tosa.maximum %a, %one : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2, %3, %4 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK: @reductions#0 : tensor<2x1xf32> = [6, 15]
// CHECK: @reductions#1 : tensor<2x1xf32> = [3, 6]
// CHECK: @reductions#2 : tensor<1x3xf32> = [1, 2, 3]
// CHECK: @reductions#3 : tensor<2x1xf32> = [6, 120]
func.func @reductions() -> (tensor<2x1xf32>, tensor<2x1xf32>, tensor<1x3xf32>, tensor<2x1xf32>) {
  %a = "tosa.const"() {values = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>}
    : () -> tensor<2x3xf32>
  %0 = tosa.reduce_sum %a {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %1 = tosa.reduce_max %a {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %2 = tosa.reduce_min %a {axis = 0 : i32} : (tensor<2x3xf32>) -> tensor<1x3xf32>
  %3 = tosa.reduce_product %a {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return %0, %1, %2, %3 : tensor<2x1xf32>, tensor<2x1xf32>, tensor<1x3xf32>, tensor<2x1xf32>
}

// CHECK: @logic#0 : tensor<3xi1> = [0, 1, 0]
// CHECK: @logic#1 : tensor<3xi1> = [0, 0, 1]
// CHECK: @logic#2 : tensor<3xi1> = [0, 1, 1]
// CHECK: @logic#3 : tensor<3xi1> = [0, 0, 1]
// CHECK: @logic#4 : tensor<3xi1> = [0, 1, 1]
// CHECK: @logic#5 : tensor<3xi1> = [0, 1, 0]
// CHECK: @logic#6 : tensor<3xi1> = [1, 1, 0]
// CHECK: @logic#7 : tensor<3xf32> = [2, 2, 3]
func.func @logic() -> (tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>,
                       tensor<3xi1>, tensor<3xi1>, tensor<3xf32>) {
  %a = "tosa.const"() {values = dense<[1.0, 2.0, 3.0]> : tensor<3xf32>} : () -> tensor<3xf32>
  %b = "tosa.const"() {values = dense<2.0> : tensor<3xf32>} : () -> tensor<3xf32>
  %0 = tosa.equal %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %1 = tosa.greater %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %2 = tosa.greater_equal %a, %b : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %3 = tosa.logical_and %1, %2 : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  %4 = tosa.logical_or %1, %2 : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  %5 = tosa.logical_xor %1, %2 : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
  %6 = tosa.logical_not %1 : (tensor<3xi1>) -> tensor<3xi1>
  %7 = tosa.select %1, %a, %b : (tensor<3xi1>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>,
    tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xf32>
}

// To integers: half to even, saturating.
// CHECK: @casts#0 : tensor<4xi8> = [2, -2, 127, 0]
// CHECK: @casts#1 : tensor<4xi1> = [1, 1, 1, 0]
// CHECK: @casts#2 : tensor<4xf32> = [2, -2, 127, 0]
func.func @casts() -> (tensor<4xi8>, tensor<4xi1>, tensor<4xf32>) {
  %a = "tosa.const"() {values = dense<[2.5, -1.5, 300.0, 0.0]> : tensor<4xf32>} : () -> tensor<4xf32>
  %0 = tosa.cast %a : (tensor<4xf32>) -> tensor<4xi8>
  %1 = tosa.cast %a : (tensor<4xf32>) -> tensor<4xi1>
  %2 = tosa.cast %0 : (tensor<4xi8>) -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xi8>, tensor<4xi1>, tensor<4xf32>
}

// RUN: cim-opt %s --split-input-file --convert-cim-to-xbar | FileCheck %s

// Kinds, attributes from constant operands, and names: of the location, else counted.

// CHECK-LABEL: xbar.program @elementwise attributes {input_names = ["arg0", "condition"], output_names = ["result0"]}
// CHECK: ^bb0(%[[X:.*]]: tensor<2x3xf32>, %[[C:.*]]: tensor<2x3xi1>)
// CHECK: %[[A:.*]] = xbar.unary %[[X]] {kind = #xbar.unary_kind<abs>, name = "first"}
// CHECK: %[[B:.*]] = xbar.unary %[[A]] {kind = #xbar.unary_kind<negate>, name = "first#2"}
// CHECK: %[[D:.*]] = xbar.binary %[[A]], %[[B]] {kind = #xbar.binary_kind<mul>, name = "mul_2"}
// CHECK: %[[E:.*]] = xbar.binary %[[D]], %[[A]] {kind = #xbar.binary_kind<maximum>
// CHECK: %[[F:.*]] = xbar.clamp %[[E]] {max = 6.000000e+00 : f64, min = -1.000000e+00 : f64
// CHECK: %[[G:.*]] = xbar.select %[[C]], %[[F]], %[[A]]
// CHECK: %[[H:.*]] = xbar.reduce %[[G]] {axis = 1 : i64, kind = #xbar.reduce_kind<sum>
// CHECK: %[[I:.*]] = xbar.cast %[[H]] {name = "cast_7"} : (tensor<2x1xf32>) -> tensor<2x1xi32>
// CHECK: %[[J:.*]] = xbar.clamp %[[I]] {max = 5.000000e+00 : f64, min = -3.000000e+00 : f64
// CHECK: xbar.output %[[J]]
func.func @elementwise(%x: tensor<2x3xf32>, %c: tensor<2x3xi1> {cim.name = "condition"}) -> tensor<2x1xi32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %a = tosa.abs %x : (tensor<2x3xf32>) -> tensor<2x3xf32> loc("first")
  %b = tosa.negate %a, %z, %z : (tensor<2x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x3xf32> loc(fused[unknown, "first"])
  %d = tosa.mul %a, %b, %s : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<1xi8>) -> tensor<2x3xf32>
  %e = tosa.maximum %d, %a : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %f = tosa.clamp %e {min_val = -1.0 : f32, max_val = 6.0 : f32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %g = tosa.select %c, %f, %a : (tensor<2x3xi1>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %h = tosa.reduce_sum %g {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %i = tosa.cast %h : (tensor<2x1xf32>) -> tensor<2x1xi32>
  %j = tosa.clamp %i {min_val = -3 : i32, max_val = 5 : i32} : (tensor<2x1xi32>) -> tensor<2x1xi32>
  return %j : tensor<2x1xi32>
}

// -----

// CHECK-LABEL: xbar.program @movement
// CHECK: ^bb0(%[[X:.*]]: tensor<2x3xf32>)
// CHECK: %[[A:.*]] = xbar.transpose %[[X]] {name = "{{.*}}", permutation = array<i64: 1, 0>}
// CHECK: %[[B:.*]] = xbar.slice %[[A]] {name = "{{.*}}", start = array<i64: 1, 0>}
// CHECK: %[[C:.*]] = xbar.pad %[[B]] {low = array<i64: 1, 0>, name = "{{.*}}", value = 2.500000e+00 : f64}
// CHECK: %[[D:.*]] = xbar.concat %[[C]], %[[A]] {axis = 0 : i64
// CHECK: %[[E:.*]] = xbar.reshape %[[D]]
// CHECK: %[[F:.*]] = xbar.concat %[[E]], %[[E]] {axis = 0 : i64, name = "[[NAME:.*]]"}
// CHECK: %[[G:.*]] = xbar.concat %[[F]], %[[F]], %[[F]] {axis = 1 : i64, name = "[[NAME]]"}
// CHECK: xbar.output %[[G]]
func.func @movement(%x: tensor<2x3xf32>) -> tensor<2x36xf32> {
  %v = "tosa.const"() {values = dense<2.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %start = tosa.const_shape {values = dense<[1, 0]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[2, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %padding = tosa.const_shape {values = dense<[1, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %shape = tosa.const_shape {values = dense<[1, 12]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %times = tosa.const_shape {values = dense<[2, 3]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %a = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %b = tosa.slice %a, %start, %size : (tensor<3x2xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<2x2xf32>
  %c = tosa.pad %b, %padding, %v : (tensor<2x2xf32>, !tosa.shape<4>, tensor<1xf32>) -> tensor<3x2xf32>
  %d = tosa.concat %c, %a {axis = 0 : i32} : (tensor<3x2xf32>, tensor<3x2xf32>) -> tensor<6x2xf32>
  %i = tosa.identity %d : (tensor<6x2xf32>) -> tensor<6x2xf32>
  %e = tosa.reshape %i, %shape : (tensor<6x2xf32>, !tosa.shape<2>) -> tensor<1x12xf32>
  %t = tosa.tile %e, %times : (tensor<1x12xf32>, !tosa.shape<2>) -> tensor<2x36xf32>
  return %t : tensor<2x36xf32>
}

// -----

// CHECK-LABEL: xbar.program @rows
// CHECK: ^bb0(%[[X:.*]]: tensor<1x5x3xi8>, %[[I:.*]]: tensor<1x2xi64>)
// CHECK: %[[A:.*]] = xbar.gather %[[X]], %[[I]] {name = "gather_0"}
// CHECK: %[[B:.*]] = xbar.scatter %[[X]], %[[I]], %[[A]] {name = "scatter_1"}
// CHECK: xbar.output %[[B]]
func.func @rows(%x: tensor<1x5x3xi8>, %i: tensor<1x2xi64>) -> tensor<1x5x3xi8> {
  %a = tosa.gather %x, %i : (tensor<1x5x3xi8>, tensor<1x2xi64>) -> tensor<1x2x3xi8>
  %b = tosa.scatter %x, %i, %a : (tensor<1x5x3xi8>, tensor<1x2xi64>, tensor<1x2x3xi8>) -> tensor<1x5x3xi8>
  return %b : tensor<1x5x3xi8>
}

// -----

// CHECK-LABEL: xbar.program @integers
// CHECK: ^bb0(%[[X:.*]]: tensor<2x3xi32>, %[[C:.*]]: tensor<2x3xi1>)
// CHECK: %[[A:.*]] = xbar.binary %[[X]], %[[X]] {kind = #xbar.binary_kind<div>, name = "intdiv_0"}
// CHECK: %[[B:.*]] = xbar.unary %[[A]] {kind = #xbar.unary_kind<bitwise_not>
// CHECK: %[[D:.*]] = xbar.binary %[[B]], %[[X]] {kind = #xbar.binary_kind<bitwise_and>
// CHECK: %[[E:.*]] = xbar.binary %[[D]], %[[X]] {kind = #xbar.binary_kind<bitwise_or>
// CHECK: %[[F:.*]] = xbar.binary %[[E]], %[[X]] {kind = #xbar.binary_kind<bitwise_xor>
// CHECK: %[[G:.*]] = xbar.binary %[[F]], %[[X]] {kind = #xbar.binary_kind<logical_left_shift>
// CHECK: %[[H:.*]] = xbar.binary %[[G]], %[[X]] {kind = #xbar.binary_kind<logical_right_shift>
// CHECK: %[[I:.*]] = xbar.binary %[[H]], %[[X]] {kind = #xbar.binary_kind<arithmetic_right_shift>
// CHECK: %[[J:.*]] = xbar.reduce %[[C]] {axis = 1 : i64, kind = #xbar.reduce_kind<min>, name = "reduce_all_8"}
// CHECK: %[[K:.*]] = xbar.reduce %[[C]] {axis = 0 : i64, kind = #xbar.reduce_kind<max>, name = "reduce_any_9"}
// CHECK: xbar.output %[[I]], %[[J]], %[[K]]
func.func @integers(%x: tensor<2x3xi32>, %c: tensor<2x3xi1>) -> (tensor<2x3xi32>, tensor<2x1xi1>, tensor<1x3xi1>) {
  %a = tosa.intdiv %x, %x : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  %b = tosa.bitwise_not %a : (tensor<2x3xi32>) -> tensor<2x3xi32>
  %d = tosa.bitwise_and %b, %x : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  %e = tosa.bitwise_or %d, %x : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  %f = tosa.bitwise_xor %e, %x : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  %g = tosa.logical_left_shift %f, %x : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  %h = tosa.logical_right_shift %g, %x : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  %i = tosa.arithmetic_right_shift %h, %x {round = false} : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x3xi32>
  %j = tosa.reduce_all %c {axis = 1 : i32} : (tensor<2x3xi1>) -> tensor<2x1xi1>
  %k = tosa.reduce_any %c {axis = 0 : i32} : (tensor<2x3xi1>) -> tensor<1x3xi1>
  return %i, %j, %k : tensor<2x3xi32>, tensor<2x1xi1>, tensor<1x3xi1>
}

// -----

// The index of a maximum is the least of those that no element is greater than.

// CHECK-LABEL: xbar.program @argmax
// CHECK: ^bb0(%[[X:.*]]: tensor<2x3x2xf32>)
// CHECK: %[[I:.*]] = xbar.constant dense<{{\[\[\[0\], \[1\], \[2\]\]\]}}> : tensor<1x3x1xi32>
// CHECK: %[[L:.*]] = xbar.constant dense<2> : tensor<1x1x1xi32>
// CHECK: %[[A:.*]] = xbar.reduce %[[X]] {axis = 1 : i64, kind = #xbar.reduce_kind<max>, name = "argmax_0"}
// CHECK: %[[B:.*]] = xbar.binary %[[A]], %[[X]] {kind = #xbar.binary_kind<greater>
// CHECK: %[[C:.*]] = xbar.select %[[B]], %[[L]], %[[I]] {{.*}} -> tensor<2x3x2xi32>
// CHECK: %[[D:.*]] = xbar.reduce %[[C]] {axis = 1 : i64, kind = #xbar.reduce_kind<min>
// CHECK: %[[E:.*]] = xbar.reshape %[[D]] {{.*}} -> tensor<2x2xi32>
// CHECK: xbar.output %[[E]]
func.func @argmax(%x: tensor<2x3x2xf32>) -> tensor<2x2xi32> {
  %y = tosa.argmax %x {axis = 1 : i32} : (tensor<2x3x2xf32>) -> tensor<2x2xi32>
  return %y : tensor<2x2xi32>
}

// -----

// CHECK-LABEL: xbar.program @reverse
// CHECK: ^bb0(%[[X:.*]]: tensor<2x3x2x2xi8>)
// CHECK: %[[I:.*]] = xbar.constant dense<{{\[\[2, 1, 0\], \[2, 1, 0\]\]}}> : tensor<2x3xi32>
// CHECK: %[[A:.*]] = xbar.reshape %[[X]] {{.*}} -> tensor<2x3x4xi8>
// CHECK: %[[B:.*]] = xbar.gather %[[A]], %[[I]] {name = "reverse_0"}
// CHECK: %[[C:.*]] = xbar.reshape %[[B]] {{.*}} -> tensor<2x3x2x2xi8>
// CHECK: xbar.output %[[C]]
func.func @reverse(%x: tensor<2x3x2x2xi8>) -> tensor<2x3x2x2xi8> {
  %y = tosa.reverse %x {axis = 1 : i32} : (tensor<2x3x2x2xi8>) -> tensor<2x3x2x2xi8>
  return %y : tensor<2x3x2x2xi8>
}

// -----

// Many copies are joined in steps: 37 are 2 times 16 and 5.

// CHECK-LABEL: xbar.program @copies
// CHECK: ^bb0(%[[X:.*]]: tensor<1x2xf32>)
// CHECK: %[[A:.*]] = xbar.concat %[[X]], {{.*}} -> tensor<16x2xf32>
// CHECK-NEXT: %[[B:.*]] = xbar.concat %[[A]], %[[A]] {{.*}} -> tensor<32x2xf32>
// CHECK-NEXT: %[[C:.*]] = xbar.concat %[[X]], %[[X]], %[[X]], %[[X]], %[[X]] {{.*}} -> tensor<5x2xf32>
// CHECK-NEXT: %[[D:.*]] = xbar.concat %[[B]], %[[C]] {{.*}} -> tensor<37x2xf32>
// CHECK-NEXT: xbar.output %[[D]]
func.func @copies(%x: tensor<1x2xf32>) -> tensor<37x2xf32> {
  %times = tosa.const_shape {values = dense<[37, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %y = tosa.tile %x, %times : (tensor<1x2xf32>, !tosa.shape<2>) -> tensor<37x2xf32>
  return %y : tensor<37x2xf32>
}

// -----

// CHECK-LABEL: xbar.program @windows
// CHECK: ^bb0(%[[X:.*]]: tensor<1x4x4x2xf32>)
// CHECK-DAG: %[[W:.*]] = xbar.constant dense<{{.*}}1.000000e+00{{.*}}3.000000e+00{{.*}}2.000000e+00{{.*}}4.000000e+00{{.*}}> : tensor<2x1x2x1xf32>
// CHECK-DAG: %[[B:.*]] = xbar.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK: %[[A:.*]] = xbar.conv2d %[[X]], %[[W]], %[[B]] {groups = 2 : i64, {{.*}}kernel = [1, 2], stride = [1, 1], pad = [0, 0, 1, 0]
// CHECK: %[[C:.*]] = xbar.conv2d %[[A]], %{{.*}}, %{{.*}} {groups = 1 : i64
// CHECK: %[[D:.*]] = xbar.pool %[[C]] {kind = #xbar.pool_kind<max>, {{.*}}kernel = [2, 2], stride = [2, 2], pad = [0, 0, 0, 0], dilation = [1, 1]
// CHECK: %[[E:.*]] = xbar.pool %[[D]] {kind = #xbar.pool_kind<average>
// CHECK: %[[R:.*]] = xbar.reshape %[[E]]
// CHECK: %[[M:.*]] = xbar.matmul %[[R]], %[[R]]
// CHECK: xbar.output %[[M]]
func.func @windows(%x: tensor<1x4x4x2xf32>) -> tensor<1x1x1xf32> {
  %wd = "tosa.const"() {values = dense<[[[[1.0], [2.0]], [[3.0], [4.0]]]]> : tensor<1x2x2x1xf32>} : () -> tensor<1x2x2x1xf32>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %b = "tosa.const"() {values = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %shape = tosa.const_shape {values = dense<1> : tensor<3xindex>} : () -> !tosa.shape<3>
  %a = tosa.depthwise_conv2d %x, %wd, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 1, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<1x2x2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %c = tosa.conv2d %a, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %d = tosa.max_pool2d %c {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x2x2x1xf32>
  %e = tosa.avg_pool2d %d, %z, %z {acc_type = f32, kernel = array<i64: 2, 2>, stride = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x2x2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  %r = tosa.reshape %e, %shape : (tensor<1x1x1x1xf32>, !tosa.shape<3>) -> tensor<1x1x1xf32>
  %m = tosa.matmul %r, %r, %z, %z : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %m : tensor<1x1x1xf32>
}

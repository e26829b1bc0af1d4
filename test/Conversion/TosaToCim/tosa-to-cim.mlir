// RUN: cim-opt %s --split-input-file --convert-tosa-to-cim | FileCheck %s

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

// A convolution absorbs the pad and the slice before it; its bias is expanded.
module attributes {cim.target = #target} {
// CHECK-LABEL: func.func @conv
// CHECK-SAME: %[[X:.*]]: tensor<1x8x8x2xf32>
// CHECK-DAG: %[[W:.*]] = "tosa.const"() <{values = dense<1.000000e+00> : tensor<3x2x2x2xf32>}>
// CHECK-DAG: %[[B:.*]] = "tosa.const"() <{values = dense<5.000000e-01> : tensor<3xf32>}>
// CHECK: %[[Y:.*]] = cim.conv2d %[[X]], %[[W]], %[[B]]
// CHECK-SAME: layer = "conv2d_0", mapping = #mapping
// CHECK-SAME: window = #cim.window<kernel = [2, 2], stride = [2, 2], pad = [1, 0, 1, 0], dilation = [1, 1]>
// CHECK-NEXT: return %[[Y]]
func.func @conv(%x: tensor<1x8x8x2xf32>) -> tensor<1x4x4x3xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<3x2x2x2xf32>} : () -> tensor<3x2x2x2xf32>
  %b = "tosa.const"() {values = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %padding = tosa.const_shape {values = dense<[0, 0, 1, 0, 1, 0, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %start = tosa.const_shape {values = dense<0> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 8, 8, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %p = tosa.pad %x, %padding, %z : (tensor<1x8x8x2xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x9x9x2xf32>
  %s = tosa.slice %p, %start, %size : (tensor<1x9x9x2xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x8x8x2xf32>
  %y = tosa.conv2d %s, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>, dilation = array<i64: 1, 1>} : (tensor<1x8x8x2xf32>, tensor<3x2x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x3xf32>
  return %y : tensor<1x4x4x3xf32>
}
}

// -----

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

// A slice that drops what the window would read stays; so does padding that is not zero.
module attributes {cim.target = #target} {
// CHECK-LABEL: func.func @kept
// CHECK: %[[S:.*]] = tosa.slice
// CHECK: cim.conv2d %[[S]]
// CHECK: %[[P:.*]] = tosa.pad
// CHECK: cim.conv2d %[[P]]
func.func @kept(%x: tensor<1x8x8x1xf32>) -> (tensor<1x4x4x1xf32>, tensor<1x9x9x1xf32>) {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %b = "tosa.const"() {values = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %padding = tosa.const_shape {values = dense<[0, 0, 1, 0, 1, 0, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %start = tosa.const_shape {values = dense<0> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 4, 4, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %s = tosa.slice %x, %start, %size : (tensor<1x8x8x1xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x4x1xf32>
  %y = tosa.conv2d %s, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %p = tosa.pad %x, %padding, %b : (tensor<1x8x8x1xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x9x9x1xf32>
  %v = tosa.conv2d %p, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x9x9x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x9x9x1xf32>
  return %y, %v : tensor<1x4x4x1xf32>, tensor<1x9x9x1xf32>
}
}

// -----

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

// Two convolutions of the two halves of the channels are one with two groups.
module attributes {cim.target = #target} {
// CHECK-LABEL: func.func @groups
// CHECK-SAME: %[[X:.*]]: tensor<1x4x4x4xf32>
// CHECK-DAG: %[[W:.*]] = "tosa.const"() <{values = dense<{{.*}}1.000000e+00{{.*}}2.000000e+00{{.*}}> : tensor<2x1x1x2xf32>}>
// CHECK-DAG: %[[B:.*]] = "tosa.const"() <{values = dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>}>
// CHECK: %[[Y:.*]] = cim.conv2d %[[X]], %[[W]], %[[B]]
// CHECK-SAME: groups = 2
// CHECK-SAME: layer = "grouped"
// CHECK-NEXT: return %[[Y]]
func.func @groups(%x: tensor<1x4x4x4xf32>) -> tensor<1x4x4x2xf32> {
  %w0 = "tosa.const"() {values = dense<1.0> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %w1 = "tosa.const"() {values = dense<2.0> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %b0 = "tosa.const"() {values = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %b1 = "tosa.const"() {values = dense<0.25> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %start0 = tosa.const_shape {values = dense<0> : tensor<4xindex>} : () -> !tosa.shape<4>
  %start1 = tosa.const_shape {values = dense<[0, 0, 0, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %size = tosa.const_shape {values = dense<[1, 4, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %s0 = tosa.slice %x, %start0, %size : (tensor<1x4x4x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x4x2xf32>
  %s1 = tosa.slice %x, %start1, %size : (tensor<1x4x4x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x4x2xf32>
  %y0 = tosa.conv2d %s0, %w0, %b0, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %y1 = tosa.conv2d %s1, %w1, %b1, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %y = tosa.concat %y0, %y1 {axis = 3 : i32} : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32> loc("grouped")
  return %y : tensor<1x4x4x2xf32>
}
}

// -----

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

// A matrix product takes the bias that alone reads it, also behind a reshape; names are
// unique in policy order: the last operand of the last operation comes first.
module attributes {cim.target = #target} {
// CHECK-LABEL: func.func @matmul
// CHECK: %[[A:.*]] = cim.matmul %{{.*}} {layer = "fc#2"
// CHECK: %[[B:.*]] = cim.matmul %{{.*}} {layer = "fc"
// CHECK: %[[R:.*]] = tosa.reshape %[[B]]
// CHECK: tosa.add %[[A]], %[[R]]
func.func @matmul(%x: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %b = "tosa.const"() {values = dense<[[[3.0, 4.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %shape = tosa.const_shape {values = dense<[1, 3, 2]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %p = tosa.matmul %x, %w, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32> loc("fc")
  %q = tosa.matmul %x, %w, %z, %z : (tensor<1x3x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x3x2xf32> loc(callsite("fc" at "main"))
  %r = tosa.reshape %q, %shape : (tensor<1x3x2xf32>, !tosa.shape<3>) -> tensor<1x3x2xf32>
  %s = tosa.add %b, %r : (tensor<1x1x2xf32>, tensor<1x3x2xf32>) -> tensor<1x3x2xf32>
  %y = tosa.add %p, %s : (tensor<1x3x2xf32>, tensor<1x3x2xf32>) -> tensor<1x3x2xf32>
  return %y : tensor<1x3x2xf32>
}
}

// -----

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

// A product of two computed operands is written into arrays at run time, each head into its own.
module attributes {cim.target = #target} {
// CHECK-LABEL: func.func @attention
// CHECK-SAME: %[[Q:.*]]: tensor<4x5x8xf32>, %[[K:.*]]: tensor<4x8x5xf32>
// CHECK-NOT: tosa.const
// CHECK: %[[Y:.*]] = cim.matmul_dynamic %[[Q]], %[[K]] {layer = "matmul_0", mapping = #mapping}
// CHECK-NEXT: return %[[Y]]
func.func @attention(%q: tensor<4x5x8xf32>, %k: tensor<4x8x5xf32>) -> tensor<4x5x5xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = tosa.matmul %q, %k, %z, %z : (tensor<4x5x8xf32>, tensor<4x8x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x5x5xf32>
  return %y : tensor<4x5x5xf32>
}
}

// -----

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

// Two constants: the right one is the weight.
module attributes {cim.target = #target} {
// CHECK-LABEL: func.func @constants
// CHECK: cim.matmul %
func.func @constants() -> tensor<1x2x2xf32> {
  %v = "tosa.const"() {values = dense<2.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = tosa.matmul %v, %w, %z, %z : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  return %y : tensor<1x2x2xf32>
}
}

// -----

#target = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>

// A window cannot hold more than 65536 rows of padding: the pad stays.
module attributes {cim.target = #target} {
// CHECK-LABEL: func.func @much_padding
// CHECK: %[[P:.*]] = tosa.pad
// CHECK: cim.conv2d %[[P]]
// CHECK-SAME: pad = [1, 0, 0, 0]
func.func @much_padding(%x: tensor<1x8x1x1xf32>) -> tensor<1x65544x1x1xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x2x1x1xf32>} : () -> tensor<1x2x1x1xf32>
  %b = "tosa.const"() {values = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %padding = tosa.const_shape {values = dense<[0, 0, 65536, 0, 0, 0, 0, 0]> : tensor<8xindex>} : () -> !tosa.shape<8>
  %p = tosa.pad %x, %padding, %z : (tensor<1x8x1x1xf32>, !tosa.shape<8>, tensor<1xf32>) -> tensor<1x65544x1x1xf32>
  %y = tosa.conv2d %p, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x65544x1x1xf32>, tensor<1x2x1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x65544x1x1xf32>
  return %y : tensor<1x65544x1x1xf32>
}
}

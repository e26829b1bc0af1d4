// RUN: cim-opt %s --xbar-plan-memory --verify-roundtrip | FileCheck %s

// A chain needs two buffers, whatever its length; the first is the input's.
// CHECK-LABEL: xbar.program @chain
// CHECK-SAME: arena_bytes = 512 : i64
// CHECK-SAME: input_offsets = array<i64: 0>
xbar.program @chain attributes {input_names = ["x"], output_names = ["y"]} {
^bb0(%x: tensor<64xf32>):
  // CHECK: offset = 256 : i64
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>} : (tensor<64xf32>) -> tensor<64xf32>
  // CHECK: offset = 0 : i64
  %1 = xbar.unary %0 {kind = #xbar.unary_kind<exp>} : (tensor<64xf32>) -> tensor<64xf32>
  // CHECK: offset = 256 : i64
  %2 = xbar.unary %1 {kind = #xbar.unary_kind<exp>} : (tensor<64xf32>) -> tensor<64xf32>
  xbar.output %2 : tensor<64xf32>
}

// A reshape shares its operand's buffer and keeps it alive; one of a constant has no place.
// CHECK-LABEL: xbar.program @reshape
// CHECK-SAME: arena_bytes = 320 : i64
// CHECK-SAME: input_offsets = array<i64: 256>
xbar.program @reshape attributes {input_names = ["x"], output_names = ["y", "z"]} {
^bb0(%x: tensor<2x2xf32>):
  // CHECK: xbar.reshape {{.*}} {offset = 256 : i64} : (tensor<2x2xf32>)
  %0 = xbar.reshape %x : (tensor<2x2xf32>) -> tensor<4xf32>
  %c = xbar.constant dense<1.0> : tensor<64xf32>
  // CHECK: xbar.reshape %{{[^{]*}} : (tensor<64xf32>)
  %1 = xbar.reshape %c : (tensor<64xf32>) -> tensor<8x8xf32>
  // CHECK: xbar.unary {{.*}}offset = 0 : i64
  %2 = xbar.unary %1 {kind = #xbar.unary_kind<exp>} : (tensor<8x8xf32>) -> tensor<8x8xf32>
  xbar.output %0, %2 : tensor<4xf32>, tensor<8x8xf32>
}

// Places are multiples of 64 bytes: %1 goes to the gap that %x leaves, %2 behind it.
// CHECK-LABEL: xbar.program @gap
// CHECK-SAME: arena_bytes = 192 : i64
// CHECK-SAME: input_offsets = array<i64: 0>
xbar.program @gap attributes {input_names = ["x"], output_names = ["y"]} {
^bb0(%x: tensor<12xf32>):
  // CHECK: offset = 64 : i64
  %0 = xbar.unary %x {kind = #xbar.unary_kind<exp>} : (tensor<12xf32>) -> tensor<12xf32>
  // CHECK: offset = 0 : i64
  %1 = xbar.slice %0 {start = array<i64: 0>} : (tensor<12xf32>) -> tensor<4xf32>
  // CHECK: offset = 128 : i64
  %2 = xbar.slice %0 {start = array<i64: 8>} : (tensor<12xf32>) -> tensor<4xf32>
  // CHECK: offset = 64 : i64
  %3 = xbar.binary %1, %2 {kind = #xbar.binary_kind<add>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  xbar.output %3 : tensor<4xf32>
}

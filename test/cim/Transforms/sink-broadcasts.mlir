// RUN: cim-opt %s --cim-sink-broadcasts --canonicalize | FileCheck %s
// RUN: cim-opt %s --cim-sink-broadcasts -o %t.mlir && cim-eval %s %t.mlir --seed=1 --runs=3

// An attention mask as exporters expand it: its arithmetic stays in the size of a row up to the
// scores, whichever of its users comes first. A tile that repeats elements rather than one, or
// that something else reads, stays; one that no other operand makes needless moves behind.

// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[MASK:.*]]: tensor<1x1x1x4xf32>, %[[SCORES:.*]]: tensor<1x2x3x4xf32>)
func.func @main(%mask: tensor<1x1x1x4xf32>, %scores: tensor<1x2x3x4xf32>)
    -> (tensor<1x2x3x4xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x4xf32>, tensor<1x1x3x4xf32>) {
  %shift = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %one = "tosa.const"() {values = dense<1.0> : tensor<1x1x1x1xf32>} : () -> tensor<1x1x1x1xf32>
  %rows = tosa.const_shape {values = dense<[1, 1, 3, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %all = tosa.const_shape {values = dense<[1, 2, 3, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %twice = tosa.const_shape {values = dense<[1, 2, 3, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>

  // CHECK-NOT: tosa.tile
  // CHECK: %[[INVERTED:.*]] = tosa.sub %{{.*}}, %[[MASK]] : (tensor<1x1x1x1xf32>, tensor<1x1x1x4xf32>) -> tensor<1x1x1x4xf32>
  // CHECK: %[[NEGATIVE:.*]] = tosa.negate %[[INVERTED]], {{.*}} -> tensor<1x1x1x4xf32>
  // CHECK: %[[BOOL:.*]] = tosa.cast %[[INVERTED]] : (tensor<1x1x1x4xf32>) -> tensor<1x1x1x4xi1>
  // CHECK: %[[SQUARE:.*]] = tosa.mul %[[NEGATIVE]], %[[NEGATIVE]], {{.*}} -> tensor<1x1x1x4xf32>
  // CHECK: %[[MASKED:.*]] = tosa.select %[[BOOL]], %[[SQUARE]], %[[SCORES]] {{.*}} -> tensor<1x2x3x4xf32>
  %expanded = tosa.tile %mask, %rows : (tensor<1x1x1x4xf32>, !tosa.shape<4>) -> tensor<1x1x3x4xf32>
  %inverted = tosa.sub %one, %expanded : (tensor<1x1x1x1xf32>, tensor<1x1x3x4xf32>) -> tensor<1x1x3x4xf32>
  %negative = tosa.negate %inverted, %zero, %zero : (tensor<1x1x3x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x3x4xf32>
  %bool = tosa.cast %inverted : (tensor<1x1x3x4xf32>) -> tensor<1x1x3x4xi1>
  %square = tosa.mul %negative, %negative, %shift : (tensor<1x1x3x4xf32>, tensor<1x1x3x4xf32>, tensor<1xi8>) -> tensor<1x1x3x4xf32>
  %masked = tosa.select %bool, %square, %scores : (tensor<1x1x3x4xi1>, tensor<1x1x3x4xf32>, tensor<1x2x3x4xf32>) -> tensor<1x2x3x4xf32>

  // CHECK: %[[REPEATED:.*]] = tosa.tile %[[MASK]], {{.*}} -> tensor<1x2x3x8xf32>
  // CHECK: %[[EXP:.*]] = tosa.exp %[[REPEATED]]
  %repeated = tosa.tile %mask, %twice : (tensor<1x1x1x4xf32>, !tosa.shape<4>) -> tensor<1x2x3x8xf32>
  %exp = tosa.exp %repeated : (tensor<1x2x3x8xf32>) -> tensor<1x2x3x8xf32>

  // CHECK: %[[TANH:.*]] = tosa.tanh %[[MASK]] : (tensor<1x1x1x4xf32>) -> tensor<1x1x1x4xf32>
  // CHECK: %[[BEHIND:.*]] = tosa.tile %[[TANH]], {{.*}} -> tensor<1x2x3x4xf32>
  %whole = tosa.tile %mask, %all : (tensor<1x1x1x4xf32>, !tosa.shape<4>) -> tensor<1x2x3x4xf32>
  %tanh = tosa.tanh %whole : (tensor<1x2x3x4xf32>) -> tensor<1x2x3x4xf32>

  // CHECK: %[[READ:.*]] = tosa.tile %[[MASK]], {{.*}} -> tensor<1x1x3x4xf32>
  // CHECK: %[[SUM:.*]] = tosa.add %[[MASKED]], %[[READ]]
  %read = tosa.tile %mask, %rows : (tensor<1x1x1x4xf32>, !tosa.shape<4>) -> tensor<1x1x3x4xf32>
  %sum = tosa.add %masked, %read : (tensor<1x2x3x4xf32>, tensor<1x1x3x4xf32>) -> tensor<1x2x3x4xf32>

  // CHECK: return %[[SUM]], %[[EXP]], %[[BEHIND]], %[[READ]]
  return %sum, %exp, %tanh, %read : tensor<1x2x3x4xf32>, tensor<1x2x3x8xf32>, tensor<1x2x3x4xf32>, tensor<1x1x3x4xf32>
}

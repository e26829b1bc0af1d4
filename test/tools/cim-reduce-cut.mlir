// A network is cut at both ends of the layer that a pass refuses; reduction-tree removes the rest.
// RUN: cim-reduce %s -o %t.mlir --pass-pipeline='builtin.module(cut-functions{test=%S/cim-reduce-fails.sh test-arg=--cim-quantize,present}, \
// RUN:   reduction-tree{traversal-mode=0 test=%S/cim-reduce-fails.sh test-arg=--cim-quantize,present})'
// RUN: FileCheck %s < %t.mlir
// RUN: not cim-opt --cim-quantize %t.mlir 2>&1 | FileCheck %s --check-prefix=FAULT

// What needs its constant keeps it.
// RUN: cim-reduce %s --cut-functions='test=%S/cim-reduce-prints.sh test-arg=tosa.pad' | FileCheck %s --check-prefix=CONSTANT

// RUN: not cim-reduce %s --cut-functions='test=%S/cim-reduce-prints.sh test-arg=nonsense' 2>&1 | FileCheck %s --check-prefix=DULL

// CHECK: module {
// CHECK-NEXT: func.func @main(%[[W:.*]]: tensor<1x8x4xf32>, %[[X:.*]]: tensor<3x1x8xf32>, %[[B:.*]]: tensor<4xf32>) -> tensor<3x1x4xf32> {
// CHECK-NEXT: %[[Y:.*]] = cim.matmul %[[X]], %[[W]], %[[B]] {layer = "fc",
// CHECK-NEXT: return %[[Y]]
// CHECK-NEXT: }
// CHECK-NEXT: }

// FAULT: error: 'cim.matmul' op layer 'fc': 'precision' must be present, got none

// CONSTANT-LABEL: func.func @main(%arg0: tensor<3x1x4xf32>, %arg1: tensor<1xf32>) -> tensor<3x1x6xf32>
// CONSTANT-NEXT: %[[P:.*]] = tosa.const_shape
// CONSTANT-NEXT: %[[Y:.*]] = tosa.pad %arg0, %[[P]], %arg1
// CONSTANT-NEXT: return %[[Y]]

// DULL: error: the module is not interesting to the test '{{.*}}cim-reduce-prints.sh'

func.func @main(%x: tensor<3x1x8xf32> {cim.name = "image"}, %w: tensor<1x8x4xf32>) -> (tensor<3x1x3xf32> {cim.name = "y"}) {
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %one = "tosa.const"() {values = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %by = tosa.const_shape {values = dense<[0, 0, 0, 0, 1, 1]> : tensor<6xindex>} : () -> !tosa.shape<6>
  %start = tosa.const_shape {values = dense<0> : tensor<3xindex>} : () -> !tosa.shape<3>
  %size = tosa.const_shape {values = dense<[3, 1, 3]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %e = tosa.exp %x : (tensor<3x1x8xf32>) -> tensor<3x1x8xf32>
  %y = cim.matmul %e, %w, %one {layer = "fc", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<3x1x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<3x1x4xf32>
  %t = tosa.tanh %y : (tensor<3x1x4xf32>) -> tensor<3x1x4xf32>
  %p = tosa.pad %t, %by, %zero : (tensor<3x1x4xf32>, !tosa.shape<6>, tensor<1xf32>) -> tensor<3x1x6xf32>
  %s = tosa.slice %p, %start, %size : (tensor<3x1x6xf32>, !tosa.shape<3>, !tosa.shape<3>) -> tensor<3x1x3xf32>
  return %s : tensor<3x1x3xf32>
}

func.func @unrelated(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = tosa.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

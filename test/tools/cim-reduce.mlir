// A layer without precision is refused by a pass: what has nothing to do with it goes.
// RUN: cim-reduce %s --reduction-tree='traversal-mode=0 test=%S/cim-reduce-fails.sh test-arg=--cim-quantize,present' -o %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: not cim-opt --cim-quantize %t.mlir 2>&1 | FileCheck %s --check-prefix=FAULT

// Then with a pipeline of ours as the reducer: the bias becomes a constant.
// RUN: cim-reduce %t.mlir --opt-reduction-pass='opt-pass=cim-clean-up-pipeline test=%S/cim-reduce-fails.sh test-arg=--cim-quantize,present' | FileCheck %s --check-prefix=FOLD

// A module that shows no fault is refused, with a reason.
// RUN: not cim-reduce %s --reduction-tree='traversal-mode=0 test=%S/cim-reduce-fails.sh test-arg=--cim-quantize,nonsense' 2>&1 | FileCheck %s --check-prefix=DULL

// CHECK: module {
// CHECK-NEXT: func.func @main
// CHECK-NEXT: tosa.const
// CHECK-NEXT: tosa.exp
// CHECK-NEXT: %[[Y:.*]] = cim.matmul %{{.*}} {layer = "fc",
// CHECK-NEXT: return %[[Y]]
// CHECK-NEXT: }
// CHECK-NEXT: }
// CHECK-NOT: xbar

// FAULT: error: 'cim.matmul' op layer 'fc': 'precision' must be present, got none

// FOLD-LABEL: func.func @main
// FOLD-NEXT: tosa.const
// FOLD-NEXT: cim.matmul
// FOLD-NEXT: return

// DULL: warning: uninterested module will not be reduced

func.func @unrelated(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = tosa.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

func.func @main(%x: tensor<3x1x8xf32>, %w: tensor<1x8x4xf32>) -> tensor<3x1x4xf32> {
  %one = "tosa.const"() {values = dense<1.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %bias = tosa.exp %one : (tensor<4xf32>) -> tensor<4xf32>
  %y = cim.matmul %x, %w, %bias {layer = "fc", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<3x1x8xf32>, tensor<1x8x4xf32>, tensor<4xf32>) -> tensor<3x1x4xf32>
  %z = tosa.tanh %y : (tensor<3x1x4xf32>) -> tensor<3x1x4xf32>
  return %y : tensor<3x1x4xf32>
}

xbar.program @also_unrelated attributes {input_names = ["x"], output_names = ["y"]} {
^bb0(%x: tensor<2xf32>):
  %y = xbar.unary %x {kind = #xbar.unary_kind<exp>} : (tensor<2xf32>) -> tensor<2xf32>
  xbar.output %y : tensor<2xf32>
}

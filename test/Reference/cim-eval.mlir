// The tool: comparison, tolerance, seeds, exit codes.
// RUN: split-file %s %t
// RUN: cim-eval %t/a.mlir %t/a.mlir --seed=3 --runs=2 | FileCheck %s --check-prefix=EQUAL
// RUN: cim-eval %t/a.mlir %t/a.mlir --verify | count 0
// RUN: not cim-eval %t/a.mlir %t/b.mlir --seed=3 2>&1 | FileCheck %s --check-prefix=DIFFER
// RUN: cim-eval %t/a.mlir %t/b.mlir --seed=3 --tolerance=1e-5
// RUN: not cim-eval %t/a.mlir %t/types.mlir 2>&1 | FileCheck %s --check-prefix=TYPES
// RUN: not cim-eval %t/a.mlir %t/results.mlir 2>&1 | FileCheck %s --check-prefix=RESULTS
// RUN: not cim-eval %t/a.mlir %t/two.mlir 2>&1 | FileCheck %s --check-prefix=COUNT
// RUN: not cim-eval %t/none.mlir 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not cim-eval %t/dynamic.mlir 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// RUN: not cim-eval %t/scalar.mlir 2>&1 | FileCheck %s --check-prefix=SCALAR
// RUN: not cim-eval 2>&1 | FileCheck %s --check-prefix=FILES
// RUN: %python -c "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]) != 2)" cim-eval --unknown
// RUN: cim-eval --help | FileCheck %s --check-prefix=HELP

// EQUAL: equal (1 outputs, seed 3)
// EQUAL-NEXT: equal (1 outputs, seed 4)
// DIFFER: cim-eval: @f and @g differ in output 0, element {{[0-9]+}}: {{.*}} and {{.*}} (--seed=3)
// TYPES: cim-eval: @f and @f: types of arguments differ
// RESULTS: cim-eval: @f and @f: types of outputs differ
// COUNT: numbers of functions differ
// NONE: no public function or program
// DYNAMIC: error: 'func.func' op argument 1 must be a static tensor of f32 or integers, got 'tensor<?xf32>'
// SCALAR: error: 'func.func' op argument 0 must be a static tensor of f32 or integers, got 'f32'
// FILES: cim-eval: one or two files are expected, got 0
// HELP: USAGE: cim-eval [options] A.mlir [B.mlir]

//--- a.mlir
func.func @f(%x: tensor<16xf32>) -> tensor<16xf32> {
  %0 = tosa.exp %x : (tensor<16xf32>) -> tensor<16xf32>
  return %0 : tensor<16xf32>
}
//--- b.mlir
func.func private @unused(tensor<2xf32>)
func.func @g(%x: tensor<16xf32>) -> tensor<16xf32> {
  %c = "tosa.const"() {values = dense<1.0000002> : tensor<16xf32>} : () -> tensor<16xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.exp %x : (tensor<16xf32>) -> tensor<16xf32>
  %1 = tosa.mul %0, %c, %s : (tensor<16xf32>, tensor<16xf32>, tensor<1xi8>) -> tensor<16xf32>
  return %1 : tensor<16xf32>
}
//--- dynamic.mlir
func.func @f(%x: tensor<2xi1>, %y: tensor<?xf32>) {
  return
}
//--- scalar.mlir
func.func @f(%x: f32) {
  return
}
//--- types.mlir
func.func @f(%x: tensor<8xf32>) -> tensor<8xf32> {
  return %x : tensor<8xf32>
}
//--- results.mlir
func.func @f(%x: tensor<16xf32>) -> tensor<16x1xf32> {
  %shape = tosa.const_shape {values = dense<[16, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.reshape %x, %shape : (tensor<16xf32>, !tosa.shape<2>) -> tensor<16x1xf32>
  return %0 : tensor<16x1xf32>
}
//--- two.mlir
func.func @f(%x: tensor<16xf32>) -> tensor<16xf32> {
  return %x : tensor<16xf32>
}
func.func @g(%x: tensor<16xf32>) -> tensor<16xf32> {
  return %x : tensor<16xf32>
}
//--- none.mlir
func.func private @f(tensor<16xf32>)

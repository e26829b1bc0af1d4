// A clamp keeps the codes of an input if its bounds are codes or beyond them; else the layer's own quantization would
// round the bound, and the input's precision is the target's, with a remark.
// RUN: cim-opt %s --convert-tosa-to-cim -o %t.cim.mlir
// RUN: cim-eval %s %t.cim.mlir --seed=1 --runs=4 --low=-6 --high=6
// RUN: cim-opt %t.cim.mlir --cim-assign-precision -o %t.assigned.mlir 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s --input-file=%t.assigned.mlir

// REMARK-NOT: matmul_0
// REMARK: remark: layer 'matmul_1': 'activation' is not fixed by the model, it gets 5 bits

// CHECK-DAG: #[[KEPT:.*]] = #cim.precision<weight = <bits = 4, {{.*}}>, activation = <bits = 4, zero_point = 8, scale = 5.000000e-01 : f32>
// CHECK-DAG: #[[OPEN:.*]] = #cim.precision<weight = <bits = 4, {{.*}}>, activation = <bits = 5>
// CHECK: cim.matmul {{.*}} {layer = "matmul_0", mapping = #mapping, precision = #[[KEPT]]}
// CHECK: cim.matmul {{.*}} {layer = "matmul_1", mapping = #mapping, precision = #[[OPEN]]}

!u4 = !quant.uniform<u4:f32, 0.5:8>
!w4 = !quant.uniform<i4<-7:7>:f32, 0.5>
module attributes {cim.target = #cim.target<mapping = <crossbar = <>>,
    precision = <weight = <bits = 6, granularity = column>, activation = <bits = 5>, adc = <kind = ideal>>>} {
func.func @main(%x: tensor<1x2x4xf32>) -> (tensor<1x2x1xf32>, tensor<1x2x1xf32>) {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize %x : tensor<1x2x4xf32> -> tensor<1x2x4x!u4>
  %d = cim.dequantize %q : tensor<1x2x4x!u4> -> tensor<1x2x4xf32>
  %c = "tosa.const"() {values = dense<[[[7], [-2], [3], [-7]]]> : tensor<1x4x1xi8>} : () -> tensor<1x4x1xi8>
  %s = cim.storage_cast %c : tensor<1x4x1xi8> -> tensor<1x4x1x!w4>
  %w = cim.dequantize %s : tensor<1x4x1x!w4> -> tensor<1x4x1xf32>
  %relu = tosa.clamp %d {min_val = 0.0 : f32, max_val = 2.5 : f32} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %y = tosa.matmul %relu, %w, %z, %z : (tensor<1x2x4xf32>, tensor<1x4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x1xf32>
  %off = tosa.clamp %d {min_val = -100.0 : f32, max_val = 2.3 : f32} : (tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %v = tosa.matmul %off, %w, %z, %z : (tensor<1x2x4xf32>, tensor<1x4x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x1xf32>
  return %v, %y : tensor<1x2x1xf32>, tensor<1x2x1xf32>
}
}

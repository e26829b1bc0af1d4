// RUN: cim-opt %s --cim-assign-precision | FileCheck %s --check-prefixes=CHECK,TARGET
// RUN: cim-opt %s --cim-assign-precision="weight-bits=4 activation-bits=6 adc-bits=5" | FileCheck %s --check-prefixes=CHECK,BITS
// RUN: cim-opt %s --cim-assign-precision="weight-bits=2 activation-bits=1 adc-bits=2" | FileCheck %s --check-prefixes=CHECK,LOW
// RUN: cim-opt %s --cim-assign-precision="weight-bits=1" 2>%t.remark | FileCheck %s --check-prefixes=CHECK,BINARY
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remark
// RUN: cim-opt %s --cim-assign-precision="weight-bits=8 activation-bits=8 adc-bits=16" | FileCheck %s --check-prefixes=CHECK,HIGH

// An ideal ADC with a width becomes linear; a layer that has a precision keeps it. A computed
// weight has one scale and a narrow range whatever the target says.

// CHECK-DAG: #[[KEPT:.*]] = #cim.precision<weight = <bits = 3>, activation = <bits = 2>, adc = <>>
// TARGET-DAG: #[[SET:.*]] = #cim.precision<weight = <granularity = column, range = full>, activation = <>, adc = <granularity = column>>
// BITS-DAG: #[[SET:.*]] = #cim.precision<weight = <bits = 4, granularity = column, range = full>, activation = <bits = 6>, adc = <kind = linear, bits = 5, granularity = column>>
// LOW-DAG: #[[SET:.*]] = #cim.precision<weight = <bits = 2, granularity = column, range = full>, activation = <bits = 1>, adc = <kind = linear, bits = 2, granularity = column>>
// Of one bit there is one range, and no computed weight.
// REMARK: remark: layer 'c': 'weight.bits' of a computed weight stays 8, not 1
// BINARY-DAG: #[[SET:.*]] = #cim.precision<weight = <bits = 1, granularity = column>, activation = <>, adc = <granularity = column>>
// BINARY-DAG: #[[SHARED:.*]] = #cim.precision<weight = <granularity = layer>, activation = <>, adc = <granularity = column>>
// HIGH-DAG: #[[SET:.*]] = #cim.precision<weight = <granularity = column, range = full>, activation = <>, adc = <kind = linear, bits = 16, granularity = column>>
// TARGET-DAG: #[[SHARED:.*]] = #cim.precision<weight = <granularity = layer>, activation = <>, adc = <granularity = column>>
// BITS-DAG: #[[SHARED:.*]] = #cim.precision<weight = <bits = 4, granularity = layer>, activation = <bits = 6>, adc = <kind = linear, bits = 5, granularity = column>>
// LOW-DAG: #[[SHARED:.*]] = #cim.precision<weight = <bits = 2, granularity = layer>, activation = <bits = 1>, adc = <kind = linear, bits = 2, granularity = column>>
// HIGH-DAG: #[[SHARED:.*]] = #cim.precision<weight = <granularity = layer>, activation = <>, adc = <kind = linear, bits = 16, granularity = column>>
// CHECK: cim.matmul {{.*}} {layer = "a", mapping = #mapping, precision = #[[SET]]}
// CHECK: cim.matmul {{.*}} {layer = "b", mapping = #mapping, precision = #[[KEPT]]}
// CHECK: cim.matmul_dynamic {{.*}} {layer = "c", mapping = #mapping, precision = #[[SHARED]]}
module attributes {cim.target = #cim.target<mapping = <crossbar = <>>,
    precision = <weight = <granularity = column, range = full>, activation = <>, adc = <granularity = column>>>} {
func.func @main(%x: tensor<1x1x2xf32>, %w: tensor<1x2x2xf32>, %b: tensor<2xf32>) -> tensor<1x1x2xf32> {
  %y = cim.matmul %x, %w, %b {layer = "a", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  %v = cim.matmul %y, %w, %b {layer = "b", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 3>, activation = <bits = 2>, adc = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  %u = cim.matmul_dynamic %v, %w {layer = "c", mapping = #cim.mapping<crossbar = <>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>) -> tensor<1x1x2xf32>
  return %u : tensor<1x1x2xf32>
}
}

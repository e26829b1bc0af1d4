// What a model fixes is kept, the rest is the target's; an encoding that does not suit a fixed zero point gives way.
// RUN: cim-opt %s --cim-assign-precision --verify-diagnostics -o - | FileCheck %s
// RUN: cim-opt %s --cim-assign-precision="weight-bits=6 activation-bits=3 adc-bits=5" 2>&1 | FileCheck %s --check-prefix=BITS

// CHECK-DAG: #[[OFFSET:.*]] = #cim.mapping<crossbar = <>>
// CHECK-DAG: #[[TWOS:.*]] = #cim.mapping<input_encoding = twos_complement, crossbar = <>>
// CHECK-DAG: #[[BOTH:.*]] = #cim.precision<weight = <bits = 3, granularity = layer, range = full, scale = dense<5.000000e-01> : tensor<f32>>, activation = <bits = 4, scale = 2.500000e-01 : f32>, adc = <kind = linear, bits = 7>>
// CHECK-DAG: #[[WEIGHT:.*]] = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<5.000000e-01> : tensor<f32>>, activation = <bits = 5>, adc = <kind = linear, bits = 7>>
// CHECK-DAG: #[[INPUT:.*]] = #cim.precision<weight = <bits = 6, granularity = column>, activation = <bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, adc = <kind = linear, bits = 7>>
// CHECK: layer = "both", mapping = #[[OFFSET]], precision = #[[BOTH]]}
// CHECK: layer = "weight", mapping = #[[TWOS]], precision = #[[WEIGHT]]}
// CHECK: layer = "input", mapping = #[[TWOS]], precision = #[[INPUT]]}

// BITS: remark: layer 'both': 'weight.bits' is fixed by the model at 3, not 6
// BITS: remark: layer 'both': 'activation.bits' is fixed by the model at 4, not 3
// BITS: remark: layer 'weight': 'weight.bits' is fixed by the model at 4, not 6
// BITS: remark: layer 'weight': 'activation' is not fixed by the model, it gets 3 bits
// BITS: remark: layer 'input': 'activation.bits' is fixed by the model at 4, not 3
// BITS-DAG: #cim.precision<weight = <bits = 3, granularity = layer, range = full, {{.*}}, activation = <bits = 4, {{.*}}, adc = <kind = linear, bits = 5>>
// BITS-DAG: #cim.precision<weight = <bits = 4, {{.*}}, activation = <bits = 3>, adc = <kind = linear, bits = 5>>
// BITS-DAG: #cim.precision<weight = <bits = 6, granularity = column>, activation = <bits = 4, {{.*}}, adc = <kind = linear, bits = 5>>

#twos = #cim.mapping<input_encoding = twos_complement, crossbar = <>>
module attributes {cim.target = #cim.target<mapping = #twos,
    precision = <weight = <bits = 6, granularity = column>, activation = <bits = 5>, adc = <kind = linear, bits = 7>>>} {
func.func @main(%x: tensor<1x1x2xf32>, %w: tensor<1x2x2xf32>, %b: tensor<2xf32>) -> tensor<1x1x2xf32> {
  %y = cim.matmul %x, %w, %b {layer = "both", mapping = #twos,
    quantization = #cim.quantization<weight = <bits = 3, range = full, granularity = layer, scale = dense<0.5> : tensor<f32>>,
                                     activation = <bits = 4, scale = 0.25 : f32>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  // expected-remark@below {{layer 'weight': 'activation' is not fixed by the model, it gets 5 bits}}
  %v = cim.matmul %y, %w, %b {layer = "weight", mapping = #twos,
    quantization = #cim.quantization<weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  // expected-remark@below {{layer 'input': 'weight' is not fixed by the model, it gets 6 bits}}
  %u = cim.matmul %v, %w, %b {layer = "input", mapping = #twos,
    quantization = #cim.quantization<activation = <bits = 4, zero_point = 8, scale = 0.25 : f32>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %u : tensor<1x1x2xf32>
}
}

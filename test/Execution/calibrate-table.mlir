// RUN: cim-opt %s --pass-pipeline='builtin.module(cim-calibrate{random=true table=optimal})' | FileCheck %s
// RUN: cim-opt %s --pass-pipeline='builtin.module(cim-calibrate{random=true table=linear partial-sum=minmax})' | FileCheck %s --check-prefix=LINEAR
// RUN: cim-opt %s --pass-pipeline='builtin.module(cim-calibrate{random=true table=cdf})' | FileCheck %s --check-prefix=CDF
// RUN: cim-opt %s --pass-pipeline='builtin.module(cim-calibrate{random=true table=lloyd_max})' | FileCheck %s --check-prefix=CDF
// RUN: cim-opt %s --pass-pipeline='builtin.module(cim-calibrate{random=true table=kmeans})' | FileCheck %s --check-prefix=CDF
// RUN: cim-opt %s --pass-pipeline='builtin.module(cim-calibrate{random=true table=bs_kmq})' | FileCheck %s --check-prefix=BSKMQ

// Random inputs are at most 1 and feed 1 in the cycles of their binary digits: the sums of the
// only slice are 0 or 3. Of four levels the first two are these, with the threshold between them; the
// rest repeats the last. In steps of 1/256 of the distance, 3 is 256 of them.

// CHECK: adc = <kind = table, bits = 2, granularity = column, scale = dense<0.01171875> : tensor<1x1x1xf32>, thresholds = dense<{{\[+}}1, 2, 3{{\]+}}> : tensor<1x1x1x3xi32>, levels = dense<{{\[+}}0, 256, 256, 256{{\]+}}> : tensor<1x1x1x4xi32>>
// The codes -2..1 in steps of 3; ties go to even codes; references are multiples of 4.
// LINEAR: adc = <kind = table, bits = 2, granularity = column, scale = dense<4.687500e-02> : tensor<1x1x1xf32>, thresholds = dense<{{\[+}}-5, -2, 1{{\]+}}> : tensor<1x1x1x3xi32>, levels = dense<{{\[+}}-128, -64, 0, 64{{\]+}}> : tensor<1x1x1x4xi32>>
// CDF: thresholds = dense<{{\[+}}1, 2, 3{{\]+}}>
// CDF-SAME: levels = dense<{{\[+}}0, 256, 256, 256{{\]+}}>
// Its range is all that was seen, without anything inside.
// BSKMQ: thresholds = dense<{{\[+}}1, 2, 3{{\]+}}>
// BSKMQ-SAME: levels = dense<{{\[+}}0, 256, 256, 256{{\]+}}>
func.func @main(%x: tensor<1x1x1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<3.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>, slice_rule = magnitude>,
    precision = #cim.precision<weight = <bits = 3>, activation = <bits = 8>,
                               adc = <kind = table, bits = 2, granularity = column>>}
    : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

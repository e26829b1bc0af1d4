// RUN: cim-opt %s --split-input-file --cim-import-names | FileCheck %s

// What has a name keeps it, what is no list of strings names nothing.
// CHECK-LABEL: func.func @serve
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<4xf32> {cim.name = "image",
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<4xf32> {cim.name = "mine",
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<4xf32> {tf_saved_model.index_path = []}
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<4xf32> {tf_saved_model.index_path = [0]}
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<4xf32> {tf_saved_model.index_path = "x"}
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<4xf32>)
// CHECK-SAME: -> (tensor<4xf32> {cim.name = "logits", tf_saved_model.index_path = ["outputs", "logits"]}, tensor<4xf32>)
func.func @serve(%0: tensor<4xf32> {tf_saved_model.index_path = ["image"]},
                 %1: tensor<4xf32> {cim.name = "mine", tf_saved_model.index_path = ["theirs"]},
                 %2: tensor<4xf32> {tf_saved_model.index_path = []},
                 %3: tensor<4xf32> {tf_saved_model.index_path = [0]},
                 %4: tensor<4xf32> {tf_saved_model.index_path = "x"},
                 %5: tensor<4xf32>)
    -> (tensor<4xf32> {tf_saved_model.index_path = ["outputs", "logits"]}, tensor<4xf32>) {
  return %0, %5 : tensor<4xf32>, tensor<4xf32>
}

#!/usr/bin/env python3
"""Makes the quantized models of this folder: make-quantized.py [NAME...], by default all of them.

Small networks are trained on Fashion-MNIST with fixed seeds and exported by Brevitas (QCDQ and QONNX),
by the transformations of qonnx and by the quantizer of onnxruntime, each as it is. NAME.onnx is the
model, NAME.npy what its producer computes for images.npz. README.md names the versions of the tools.
"""
import gzip
import pathlib
import sys
import warnings

import brevitas.nn as qnn
import numpy as np
import onnx
import onnxruntime
import torch
from brevitas.export import export_onnx_qcdq, export_qonnx
from brevitas.quant import (Int8ActPerTensorFloat, Int8WeightPerChannelFloat,
                            Int8WeightPerTensorFloat, Int32Bias, ShiftedUint8ActPerTensorFloat,
                            ShiftedUint8WeightPerTensorFloat, SignedBinaryActPerTensorConst,
                            SignedBinaryWeightPerTensorConst, TruncTo8bit, Uint8ActPerTensorFloat)
from onnxruntime import quantization as ortq
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes
from qonnx.transformation.qonnx_to_qcdq import QuantToQCDQ

FOLDER = pathlib.Path(__file__).parent
DATA = pathlib.Path("/usr/share/datasets/fashion-mnist")
IMAGES = 16
OPSET = 13


def read_images(part, count):
    with gzip.open(DATA / f"{part}-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)[:count]
    with gzip.open(DATA / f"{part}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)[:count]
    return torch.from_numpy(pixels.astype(np.float32) / 255), torch.from_numpy(labels.astype(np.int64))


def network(layer, conv_weight, linear_weight, activations, pool=None):
    """Two convolutions and a linear layer. `activations` are the quantizers of their inputs."""
    return torch.nn.Sequential(
        activations[0](),
        layer[0](1, 8, 3, stride=2, padding=1, **conv_weight),
        activations[1](),
        torch.nn.MaxPool2d(2),
        layer[0](8, 16, 3, padding=1, **conv_weight),
        activations[2](),
        pool or torch.nn.MaxPool2d(3, stride=2),
        torch.nn.Flatten(),
        layer[1](144, 10, **linear_weight))


def train(net, images, labels, steps):
    """A short training: enough that the codes of the model mean something."""
    optimizer = torch.optim.Adam(net.parameters(), 3e-3)
    net.train()
    for step in range(steps):
        batch = torch.arange(step * 64, step * 64 + 64) % len(images)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(plain(net(images[batch])), labels[batch]).backward()
        optimizer.step()
    return net.eval()


def plain(value):
    """The tensor in a QuantTensor."""
    return value.value if hasattr(value, "value") else value


# ---- networks of Brevitas ----

QUANTIZED = (qnn.QuantConv2d, qnn.QuantLinear)


def weights(quantizer, bits, **more):
    return {"weight_quant": quantizer, "weight_bit_width": bits, **more}


def relu(bits):
    return lambda: qnn.QuantReLU(bit_width=bits, act_quant=Uint8ActPerTensorFloat,
                                 return_quant_tensor=True)


def identity(quantizer, bits):
    return lambda: qnn.QuantIdentity(act_quant=quantizer, bit_width=bits, return_quant_tensor=True)


def w4a4():
    """Weights per channel and per tensor, activations unsigned and signed."""
    return network(QUANTIZED, weights(Int8WeightPerChannelFloat, 4),
                   weights(Int8WeightPerTensorFloat, 4),
                   [identity(Uint8ActPerTensorFloat, 4), relu(4), identity(Int8ActPerTensorFloat, 4)])


def w8a8():
    """Biases are integers with the scale of the sum."""
    weight = weights(Int8WeightPerTensorFloat, 8, bias_quant=Int32Bias)
    return network(QUANTIZED, weight, weight, [identity(Uint8ActPerTensorFloat, 8), relu(8), relu(8)])


def w2a2():
    """Ternary weights."""
    weight = weights(Int8WeightPerTensorFloat, 2)
    return network(QUANTIZED, weight, weight, [identity(Uint8ActPerTensorFloat, 2), relu(2), relu(2)])


def w3a5():
    """Weights of the full range."""
    weight = weights(Int8WeightPerChannelFloat, 3, weight_narrow_range=False)
    return network(QUANTIZED, weight, weight, [identity(Uint8ActPerTensorFloat, 5), relu(5), relu(5)])


def shifted():
    """Zero points of activations and weights."""
    weight = weights(ShiftedUint8WeightPerTensorFloat, 4)
    act = identity(ShiftedUint8ActPerTensorFloat, 6)
    return network(QUANTIZED, weight, weight, [act, act, act])


def binary():
    """Binary weights."""
    weight = {"weight_quant": SignedBinaryWeightPerTensorConst}
    return network(QUANTIZED, weight, weight, [identity(Uint8ActPerTensorFloat, 4), relu(4), relu(4)])


def w1a1():
    """Binary weights and activations."""
    weight = {"weight_quant": SignedBinaryWeightPerTensorConst}
    sign = lambda: qnn.QuantIdentity(act_quant=SignedBinaryActPerTensorConst, return_quant_tensor=True)
    return network(QUANTIZED, weight, weight, [identity(Uint8ActPerTensorFloat, 8), sign, sign])


def trunc():
    """An average whose division is a shift."""
    weight = weights(Int8WeightPerChannelFloat, 4)
    pool = qnn.TruncAvgPool2d(3, stride=2, trunc_quant=TruncTo8bit, bit_width=4,
                              float_to_int_impl_type="floor")
    return network(QUANTIZED, weight, weight,
                   [identity(Uint8ActPerTensorFloat, 4), relu(4), relu(4)], pool)


def brevitas_model(make, export):
    """A maker of a model that Brevitas exports; the reference is the forward pass of Brevitas."""
    def run(path, data):
        net = train(make(), *data["train"], 150)
        export(net, args=torch.zeros(1, 1, 28, 28), export_path=str(path), opset_version=OPSET,
               dynamo=False, input_names=["image"], output_names=["logits"])
        with torch.no_grad():
            return plain(net(data["test"])).numpy()
    return run


# ---- qonnx and onnxruntime ----

def run_qonnx(path, images):
    model = ModelWrapper(str(path)).transform(InferShapes())
    return np.concatenate([execute_onnx(model, {"image": image[None]})["logits"] for image in images])


def run_onnxruntime(path, images):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"image": image[None]})[0] for image in images])


def qonnx_to_qcdq(path, data):
    """qonnx rewrites its Quant, also that of the weights."""
    reference = brevitas_model(w4a4, export_qonnx)(path, data)
    ModelWrapper(str(path)).transform(InferShapes()).transform(QuantToQCDQ()).save(str(path))
    return reference


class Calibration(ortq.CalibrationDataReader):
    def __init__(self, images):
        self.images = iter(images.numpy())

    def get_next(self):
        image = next(self.images, None)
        return None if image is None else {"image": image[None]}


class MatMulAdd(torch.nn.Linear):
    """A linear layer that is exported as MatMul and Add rather than Gemm."""

    def forward(self, x):
        return torch.matmul(x, self.weight.t()) + self.bias


def float_model(path, data, linear):
    layers = (torch.nn.Conv2d, linear)
    net = train(network(layers, {}, {}, [torch.nn.Identity, torch.nn.ReLU, torch.nn.ReLU]),
                *data["train"], 300)
    torch.onnx.export(net, torch.zeros(1, 1, 28, 28), str(path), opset_version=OPSET, dynamo=False,
                      input_names=["image"], output_names=["logits"])


def static(linear=torch.nn.Linear, **options):
    """A maker of a model that the static quantizer of onnxruntime writes."""
    def run(path, data):
        float_path = path.with_suffix(".float")
        float_model(float_path, data, linear)
        ortq.quantize_static(str(float_path), str(path), Calibration(data["train"][0][:64]), **options)
        float_path.unlink()
        return run_onnxruntime(path, data["test"].numpy())
    return run


def dynamic(path, data):
    float_path = path.with_suffix(".float")
    float_model(float_path, data, MatMulAdd)
    ortq.quantize_dynamic(str(float_path), str(path), weight_type=ortq.QuantType.QUInt8,
                          op_types_to_quantize=["Conv", "MatMul"],
                          extra_options={"WeightSymmetric": True})
    float_path.unlink()
    return run_onnxruntime(path, data["test"].numpy())


INT8 = {"activation_type": ortq.QuantType.QInt8, "weight_type": ortq.QuantType.QInt8}
UINT8 = {"activation_type": ortq.QuantType.QUInt8, "weight_type": ortq.QuantType.QUInt8}
FIXTURES = {
    "qcdq_w4a4": brevitas_model(w4a4, export_onnx_qcdq),
    "qcdq_w8a8": brevitas_model(w8a8, export_onnx_qcdq),
    "qcdq_w2a2": brevitas_model(w2a2, export_onnx_qcdq),
    "qcdq_w3a5": brevitas_model(w3a5, export_onnx_qcdq),
    "qcdq_shifted": brevitas_model(shifted, export_onnx_qcdq),
    "qonnx_w4a4": brevitas_model(w4a4, export_qonnx),
    "qonnx_shifted": brevitas_model(shifted, export_qonnx),
    "qonnx_binary": brevitas_model(binary, export_qonnx),
    "qonnx_w1a1": brevitas_model(w1a1, export_qonnx),
    "qonnx_trunc": brevitas_model(trunc, export_qonnx),
    "qonnx_to_qcdq": qonnx_to_qcdq,
    "ort_qdq": static(**INT8),
    "ort_qdq_channel": static(**INT8, per_channel=True),
    "ort_qdq_unsigned": static(**UINT8),
    "ort_qoperator": static(MatMulAdd, **INT8, quant_format=ortq.QuantFormat.QOperator,
                            op_types_to_quantize=["Conv", "MatMul", "MaxPool"]),
    "ort_dynamic": dynamic,
}


def main():
    warnings.simplefilter("ignore")
    data = {"train": read_images("train", 10000), "test": read_images("t10k", IMAGES)[0]}
    np.savez_compressed(FOLDER / "images.npz", image=data["test"].numpy())
    for name in sys.argv[1:] or FIXTURES:
        torch.manual_seed(0)
        path = FOLDER / f"{name}.onnx"
        reference = FIXTURES[name](path, data)
        np.save(FOLDER / f"{name}.npy", reference)
        model = onnx.load(path)
        again = (run_qonnx if any(o.domain.startswith("qonnx") for o in model.opset_import)
                 else run_onnxruntime)(path, data["test"].numpy())
        print(f"{name}: {path.stat().st_size} bytes, executed again: "
              f"max |difference| {np.abs(again - reference).max():.3g}; "
              + " ".join(sorted({node.op_type for node in model.graph.node})))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Exports the trained networks by TensorFlow Lite and tosa-converter-for-tflite: make-tflite.py
[NAME...], by default all of them; NAME_int8 is NAME after TensorFlow's quantization.

The networks are what one writes in Keras; README.md names the versions of the tools.
"""
import gzip
import os
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers
from tosa_converter_for_tflite import TosaConverterDebugInfo as DebugInfo
from tosa_converter_for_tflite import TosaConverterOutputFormat as Format
from tosa_converter_for_tflite import tflite_flatbuffer_to_tosa_mlir

from trained import DEVIATION, EPSILON, FOLDER, MEAN, read_weights, unfold


def image():
    """The input and the same normalized."""
    pixels = layers.Input((28, 28, 1), batch_size=1, name="image")
    return pixels, layers.Rescaling(1 / DEVIATION, -MEAN / DEVIATION)(pixels)


def conv_weight(weight):
    return weight.transpose(2, 3, 1, 0)


def lenet():
    weights = read_weights("lenet")[0]
    pixels, x = image()
    for name, padding in (("c1", "same"), ("c2", "valid")):
        weight = weights[f"{name}.weight"]
        conv = layers.Conv2D(len(weight), 5, padding=padding, activation="relu", name=name)
        x = layers.MaxPool2D()(conv(x))
        conv.set_weights([conv_weight(weight), weights[f"{name}.bias"]])
    x = layers.Flatten()(x)
    for name in ("f1", "f2", "f3"):
        weight = weights[f"{name}.weight"]
        if name == "f1":  # its rows are channels first
            weight = weight.reshape(-1, 32, 5, 5).transpose(0, 2, 3, 1).reshape(weight.shape)
        dense = layers.Dense(len(weight), activation=None if name == "f3" else "relu", name=name)
        x = dense(x)
        dense.set_weights([weight.T, weights[f"{name}.bias"]])
    return tf.keras.Model(pixels, x)


def resnet20():
    random = np.random.default_rng(0)
    *convs, (weight, bias) = read_weights("resnet20")[1]
    convs = iter(convs)

    def convolve(x, stride=1):
        kernel, *values = unfold(*next(convs), random)
        conv = layers.Conv2D(len(kernel), kernel.shape[2], stride, padding="same", use_bias=False)
        norm = layers.BatchNormalization(epsilon=EPSILON)
        if stride == 2 and kernel.shape[2] == 3:  # PyTorch pads both sides, "same" the end only
            conv.padding = "valid"
            x = layers.ZeroPadding2D(1)(x)
        y = norm(conv(x))
        conv.set_weights([conv_weight(kernel)])
        norm.set_weights(values)
        return y

    pixels, x = image()
    x = layers.ReLU()(convolve(x))
    for width in (16, 32, 64):
        for i in range(3):
            stride = 2 if i == 0 and width > 16 else 1
            y = convolve(layers.ReLU()(convolve(x, stride)))
            x = layers.ReLU()(layers.add([y, x if stride == 1 else convolve(x, stride)]))
    dense = layers.Dense(10)
    x = dense(layers.GlobalAveragePooling2D()(x))
    dense.set_weights([weight.T, bias])
    return tf.keras.Model(pixels, x)


def vit():
    weights, products = read_weights("vit")
    products = iter([layer[0] for layer in products if len(layer) == 1])

    def normalize(x, name):
        norm = layers.LayerNormalization(epsilon=EPSILON)
        y = norm(x)
        norm.set_weights([weights[f"{name}.weight"], weights[f"{name}.bias"]])
        return y

    def attend(x, name):
        """The same as the projections of Q, K and V in one matrix."""
        attention = layers.MultiHeadAttention(4, 16)
        y = attention(x, x)
        weight, bias = next(products), weights[f"{name}.qkv.bias"]
        parts = [part for i in range(3) for part in (weight[:, 64 * i:64 * i + 64].reshape(64, 4, 16),
                                                     bias[64 * i:64 * i + 64].reshape(4, 16))]
        attention.set_weights(parts + [next(products).reshape(4, 16, 64), weights[f"{name}.o.bias"]])
        return y

    def dense(x, name, **options):
        weight = next(products)
        layer = layers.Dense(weight.shape[1], **options)
        y = layer(x)
        layer.set_weights([weight, weights[f"{name}.bias"]])
        return y

    pixels, x = image()
    patches = layers.Conv2D(64, 4, 4)
    x = layers.Reshape((49, 64))(patches(x))
    patches.set_weights([conv_weight(weights["p.weight"]), weights["p.bias"]])
    x = x + weights["pos"]
    for i in range(4):
        x = layers.add([x, attend(normalize(x, f"b.{i}.n1"), f"b.{i}.a")])
        y = dense(normalize(x, f"b.{i}.n2"), f"b.{i}.m.0", activation="gelu")
        x = layers.add([x, dense(y, f"b.{i}.m.2")])
    x = layers.GlobalAveragePooling1D()(normalize(x, "n"))
    head = layers.Dense(10)
    x = head(x)
    head.set_weights([weights["fc.weight"].T, weights["fc.bias"]])
    return tf.keras.Model(pixels, x)


# ---- export ----

def training_images():
    with gzip.open("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28, 1)
    return ([image.astype(np.float32) / 255] for image in pixels[:256])


def to_tflite(model, is_quantized):
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if is_quantized:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = training_images
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    return converter.convert()


NETWORKS = {"lenet": lenet, "resnet20": resnet20, "vit": vit}

if __name__ == "__main__":
    for name in sys.argv[1:] or ["lenet", "lenet_int8", "resnet20_int8", "vit"]:
        network, _, form = name.partition("_")
        model = to_tflite(NETWORKS[network](), is_quantized=form == "int8")
        path = str(FOLDER / f"{name}_tflite")
        with tempfile.NamedTemporaryFile(suffix=".tflite") as file:
            file.write(model)
            file.flush()
            tflite_flatbuffer_to_tosa_mlir(file.name, path + ".mlirbc", Format.Bytecode,
                                           DebugInfo.Disabled)

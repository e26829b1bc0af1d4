#!/usr/bin/env python3
"""Exports the trained networks with torch-mlir: make-torch-mlir.py [NAME...], by default all of them.

The modules are what one writes in PyTorch; README.md names the versions of the tools.
"""
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch_mlir import fx
from torch_mlir.passmanager import PassManager

from trained import DEVIATION, EPSILON, FOLDER, MEAN, read_weights, unfold


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 16, 5, padding=2)
        self.c2 = nn.Conv2d(16, 32, 5)
        self.f1 = nn.Linear(800, 120)
        self.f2 = nn.Linear(120, 84)
        self.f3 = nn.Linear(84, 10)

    def forward(self, image):
        x = (image - MEAN) / DEVIATION
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c2(x)), 2)
        x = F.relu(self.f1(x.flatten(1)))
        return self.f3(F.relu(self.f2(x)))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.c1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.n1 = nn.BatchNorm2d(outputs)
        self.c2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.n2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False),
                                          nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.n2(self.c2(F.relu(self.n1(self.c1(x)))))
        return F.relu(y + self.shortcut(x))


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.n = nn.BatchNorm2d(16)
        self.blocks = nn.Sequential(*[
            Block(max(16, width // 2 if i == 0 else width), width, 2 if i == 0 and width > 16 else 1)
            for width in (16, 32, 64) for i in range(3)])
        self.fc = nn.Linear(64, 10)

    def forward(self, image):
        x = F.relu(self.n(self.c((image - MEAN) / DEVIATION)))
        x = F.adaptive_avg_pool2d(self.blocks(x), 1)
        return self.fc(x.flatten(1))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.o = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        qkv = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v)
        return self.o(y.transpose(1, 2).reshape(batch, tokens, width))


class Encoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.n1 = nn.LayerNorm(width)
        self.a = Attention(width, 4)
        self.n2 = nn.LayerNorm(width)
        self.m = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x):
        x = x + self.a(self.n1(x))
        return x + self.m(self.n2(x))


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.Conv2d(1, 64, 4, stride=4)
        self.pos = nn.Parameter(torch.zeros(1, 49, 64))
        self.b = nn.Sequential(*[Encoder(64) for _ in range(4)])
        self.n = nn.LayerNorm(64)
        self.fc = nn.Linear(64, 10)

    def forward(self, image):
        x = self.p((image - MEAN) / DEVIATION).flatten(2).transpose(1, 2) + self.pos
        return self.fc(self.n(self.b(x)).mean(1))


# ---- weights ----

def load(net, **state):
    state = {name: torch.from_numpy(value.copy()) for name, value in state.items()}
    missing, unexpected = net.load_state_dict(state, strict=False)
    assert not unexpected and all("num_batches" in name for name in missing), (missing, unexpected)
    return net.eval()


def lenet():
    return load(LeNet(), **read_weights("lenet")[0])


def resnet20():
    net = ResNet20()
    random = np.random.default_rng(0)
    convs = [name for name, module in net.named_modules() if isinstance(module, nn.Conv2d)]
    norms = [name for name, module in net.named_modules() if isinstance(module, nn.BatchNorm2d)]
    *layers, (weight, bias) = read_weights("resnet20")[1]
    state = {"fc.weight": weight, "fc.bias": bias}
    for conv, norm, layer in zip(convs, norms, layers, strict=True):
        state[f"{conv}.weight"], *values = unfold(*layer, random)
        names = ("weight", "bias", "running_mean", "running_var")
        state |= {f"{norm}.{name}": value for name, value in zip(names, values)}
    return load(net, **state)


def vit():
    weights, layers = read_weights("vit")
    state = {name: value for name, value in weights.items() if "::" not in name}
    products = iter([layer[0] for layer in layers if len(layer) == 1])
    for i in range(4):
        for name in ("a.qkv", "a.o", "m.0", "m.2"):
            state[f"b.{i}.{name}.weight"] = next(products).T
    return load(ViT(), **state)


NETWORKS = {"lenet": lenet, "resnet20": resnet20, "vit": vit}

if __name__ == "__main__":
    for name in sys.argv[1:] or NETWORKS:
        module = fx.export_and_import(NETWORKS[name](), torch.zeros(1, 1, 28, 28),
                                      output_type="tosa", func_name="main")
        # Locations are files of the machine.
        PassManager.parse("builtin.module(strip-debuginfo)", module.context).run(module.operation)
        with open(FOLDER / f"{name}_torch_mlir.mlirbc", "wb") as file:
            module.operation.write_bytecode(file)

#!/usr/bin/python3
"""Exports two small networks with torch's dynamo exporter to each of some opsets: make-dynamo.py [FOLDER].

Needs torch, onnx and onnxscript (made with torch 2.13, onnxscript 0.7.2). NAME_OPSET.onnx are the models, NAME.npz what
goes in (`in`) and what torch computes (`out0`, `out1`); attention_dynamic.onnx leaves both dimensions of its input open.
"""
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

OPSETS = (18, 20, 21, 23, 25)


class Convs(nn.Module):
    """Layers of image networks."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.depth = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.group = nn.GroupNorm(2, 8)
        self.head = nn.Linear(8, 5)

    def forward(self, x):
        x = F.hardswish(self.norm(self.stem(x)))
        x = F.max_pool2d(x, 3, stride=2, padding=1, ceil_mode=True)
        a, b, c = torch.split(x, [3, 3, 2], 1)
        y = F.pad(torch.cat([c, a, b], 1), (1, 0, 0, 1), mode="reflect")[:, :, :-1, 1:]
        x = x + F.mish(self.group(self.depth(y)))
        x = F.interpolate(x, scale_factor=2, mode="bilinear")
        x = F.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False)
        return self.head(F.adaptive_avg_pool2d(F.silu(x), 1).flatten(1)).log_softmax(-1)


class Attention(nn.Module):
    """A layer of a transformer that reads tokens."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 16)
        self.norm = nn.LayerNorm(16)
        self.qkv = nn.Linear(16, 48)
        self.out = nn.Linear(16, 16)
        self.rms = nn.RMSNorm(16)
        self.up, self.down = nn.Linear(16, 32), nn.Linear(32, 16)

    def forward(self, tokens):
        x = self.embed(tokens)
        n, t, c = x.shape
        q, k, v = (p.reshape(n, t, 4, 4).transpose(1, 2) for p in self.qkv(self.norm(x)).chunk(3, -1))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(y.transpose(1, 2).reshape(n, t, c))
        x = x + self.down(F.gelu(self.up(self.rms(x))))
        return x.mean(1), x.amax((0, 2))


def export(model, example, path, **options):
    torch.onnx.export(model, (example,), dynamo=True, verbose=False, **options).save(path, external_data=False)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    torch.manual_seed(0)
    networks = {"convs": (Convs().eval(), torch.rand(2, 3, 17, 16)),
                "attention": (Attention().eval(), torch.randint(0, 11, (2, 7)))}
    for name, (model, example) in networks.items():
        outputs = model(example)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        arrays = {f"out{i}": output.detach().numpy() for i, output in enumerate(outputs)}
        np.savez(f"{folder}/{name}.npz", **{"in": example.numpy()}, **arrays)
        for opset in OPSETS:
            export(model, example, f"{folder}/{name}_{opset}.onnx", opset_version=opset)
    sizes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")}
    export(*networks["attention"], f"{folder}/attention_dynamic.onnx", dynamic_shapes=(sizes,))


if __name__ == "__main__":
    main()

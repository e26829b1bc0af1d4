#!/usr/bin/python3
"""Writes the topologies as ONNX models with seeded random weights: make-topologies.py FOLDER [NAME...]

Needs python3-torch and python3-torchvision of Debian 12 (torch 1.13, torchvision 0.14). The weights are good for
shapes, memory, latency and numerical agreement, never for accuracy. With the project's owner's make_topologies.py,
whose models the large ones are, except that a head that torchvision leaves at zero is drawn: its outputs would all be
zero. The small ones are of the same parts, with what the large ones lack: symbolic dimensions and the arithmetic on
shapes that comes with them, a mask that is expanded as transformers does, a transformed input, an auxiliary head.
"""
import sys

import torch
import torch.nn as nn
import torchvision.models as vision
from torchvision.models import inception

NAMES = ["resnet18", "vgg16", "vit_b_32", "inception_v3", "distilbert"]
SMALL = ["small_vit", "small_inception", "small_distilbert"]


class DistilBertBlock(nn.Module):
    """Attention over 12 heads and a feed-forward network, each with a residual and a norm after it."""

    def __init__(self, width, heads, hidden, expand):
        super().__init__()
        self.heads, self.d, self.expand = heads, width, expand
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.n1, self.n2 = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)
        self.f1, self.f2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, self.d // self.heads).transpose(1, 2)

    def forward(self, x, mask):
        q, k, v = self.split(self.q(x)), self.split(self.k(x)), self.split(self.v(x))
        s = (q / (self.d // self.heads) ** 0.5) @ k.transpose(-1, -2)
        s = s.masked_fill(mask.expand_as(s) if self.expand else mask, -1e30)
        y = (torch.softmax(s, -1) @ v).transpose(1, 2).reshape(x.shape)
        x = self.n1(x + self.o(y))
        return self.n2(x + self.f2(nn.functional.gelu(self.f1(x))))


class DistilBert(nn.Module):
    """The shape of DistilBERT-base with a head of two classes."""

    def __init__(self, width=768, layers=6, heads=12, hidden=3072, vocabulary=30522, positions=512, expand=False):
        super().__init__()
        self.word, self.pos = nn.Embedding(vocabulary, width), nn.Embedding(positions, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.blocks = nn.ModuleList([DistilBertBlock(width, heads, hidden, expand) for _ in range(layers)])
        self.pre, self.cls = nn.Linear(width, width), nn.Linear(width, 2)

    def forward(self, ids, attention_mask):
        positions = torch.arange(ids.shape[1]).unsqueeze(0)
        x = self.norm(self.word(ids) + self.pos(positions))
        mask = (attention_mask == 0)[:, None, None, :]
        for block in self.blocks:
            x = block(x, mask)
        return self.cls(torch.relu(self.pre(x[:, 0])))


class SmallInception(nn.Module):
    """Inception-V3 with one block of most kinds."""

    def __init__(self):
        super().__init__()
        self.stem = inception.BasicConv2d(3, 8, kernel_size=3, stride=2)
        self.blocks = nn.Sequential(inception.InceptionA(8, pool_features=4), inception.InceptionB(228),
                                    inception.InceptionC(708, channels_7x7=8))
        self.last, self.aux, self.head = inception.InceptionE(768), inception.InceptionAux(768, 10), nn.Linear(2048, 10)

    def forward(self, x):
        scaled = [x[:, c : c + 1] * (deviation / 0.5) + (mean - 0.5) / 0.5
                  for c, (deviation, mean) in enumerate([(0.229, 0.485), (0.224, 0.456), (0.225, 0.406)])]
        x = self.blocks(self.stem(torch.cat(scaled, 1)))
        return self.head(torch.flatten(nn.functional.adaptive_avg_pool2d(self.last(x), (1, 1)), 1)), self.aux(x)


def build_small(name):
    """The same with the symbolic dimensions."""
    if name == "small_distilbert":
        module = DistilBert(width=48, layers=2, heads=4, hidden=96, positions=64, expand=True)
        example = (torch.randint(0, 30522, (1, 32)), torch.ones(1, 32, dtype=torch.int64))
        symbols = {"input_ids": {0: "batch", 1: "words"}, "attention_mask": {0: "batch", 1: "words"}}
        return module, example, ["input_ids", "attention_mask"], symbols
    if name == "small_inception":
        return SmallInception(), (torch.zeros(1, 3, 73, 73),), ["image"], {"image": {0: "batch"}}
    module = vision.VisionTransformer(32, 8, num_layers=2, num_heads=4, hidden_dim=48, mlp_dim=96, num_classes=10)
    nn.init.normal_(module.heads.head.weight, std=0.02)
    return module, (torch.zeros(1, 3, 32, 32),), ["image"], {"image": {0: "batch"}}


def build(name):
    """The module, an example of its inputs, their names, their symbolic dimensions."""
    torch.manual_seed(7)
    if name in SMALL:
        return build_small(name)
    if name == "distilbert":
        ids = torch.randint(0, 30522, (1, 128))
        return DistilBert(), (ids, torch.ones(1, 128, dtype=torch.int64)), ["input_ids", "attention_mask"], {}
    if name == "inception_v3":
        module = vision.inception_v3(weights=None, init_weights=True, aux_logits=True)
        return module, (torch.zeros(1, 3, 299, 299),), ["image"], {}
    module = getattr(vision, name)(weights=None)
    if name == "vit_b_32":
        nn.init.normal_(module.heads.head.weight, std=0.02)
    return module, (torch.zeros(1, 3, 224, 224),), ["image"], {}


def main():
    folder, names = sys.argv[1], sys.argv[2:] or NAMES + SMALL
    for name in names:
        module, example, inputs, symbols = build(name)
        path = f"{folder}/{name}.onnx"
        outputs = ["logits", "aux"][: 2 if name == "small_inception" else 1]
        torch.onnx.export(module.eval(), example, path, input_names=inputs, output_names=outputs, opset_version=14,
                          dynamic_axes=symbols)
        print(path)


if __name__ == "__main__":
    main()

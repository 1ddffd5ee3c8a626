#!/usr/bin/env python3
"""Hessian-vector products per second of the nets of R1 and R2 by double backward, one thread.

    hessian_products.py SECONDS NAME...    NAME: mlp4 .. mlp64 (512 samples) or cnn4 .. cnn16 (256 samples)

The graph of the gradient is kept and reused, so that a product costs one backward pass through it.
Prints one line of JSON: {"wall": products/s, "processor": products/s of processor time}, of all nets together:
as many products of each.
"""
import json
import sys
import time

from torch_pipeline import import_torch, load_data, make_model

import_torch(1)
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402, N812


def product_of(name):
    """A function that computes one product with a fixed random vector."""
    kind, width = name[:3], int(name[3:])
    samples = 512 if kind == "mlp" else 256
    torch.manual_seed(0)
    model = make_model(kind, width).eval()
    x, y, _, _ = load_data(kind)
    parameters = list(model.parameters())
    loss = F.cross_entropy(model(x[:samples]), y[:samples])
    gradients = torch.autograd.grad(loss, parameters, create_graph=True)
    vector = [torch.randn_like(p) for p in parameters]
    return lambda: torch.autograd.grad(gradients, parameters, grad_outputs=vector, retain_graph=True)


def main():
    seconds, names = float(sys.argv[1]), sys.argv[2:]
    products = [product_of(name) for name in names]
    for product in products:
        product()
    wall, processor, runs = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - wall < seconds:
        for product in products:
            product()
        runs += len(products)
    print(json.dumps({
        "wall": runs / (time.perf_counter() - wall),
        "processor": runs / (time.process_time() - processor),
    }))


if __name__ == "__main__":
    main()

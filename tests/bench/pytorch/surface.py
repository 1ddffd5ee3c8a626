#!/usr/bin/env python3
"""Seconds of a 51 x 51 surface of the loss of 64-32-32-10 on 1437 digits, one thread, many grid points at once.

    surface.py REPETITIONS

The number of points at once is the fastest of several. Prints one line of JSON: the medians {"wall": s, "processor": s}.
"""
import json
import statistics
import sys
import time

import torch_pipeline

torch_pipeline.import_torch(1)
import torch  # noqa: E402

model, x, y = torch_pipeline.trained_w32()
base = [p.detach().clone() for p in model.parameters()]
first, second = torch_pipeline.directions(model, 1), torch_pipeline.directions(model, 2)
line = torch.linspace(-1, 1, 51)
rows, columns = [t.reshape(-1) for t in torch.meshgrid(line, line, indexing="ij")]
transposed = x.t().contiguous()


def turn(points):
    started, used = time.perf_counter(), time.process_time()
    with torch.no_grad():
        torch_pipeline.surface_batched(base, first, second, transposed, y, rows, columns, points)
    return time.perf_counter() - started, time.process_time() - used


best = min((4, 8, 16, 32), key=lambda points: min(turn(points)[1] for _ in range(3)))
seen = [turn(best) for _ in range(int(sys.argv[1]))]
wall, processor = (statistics.median(values) for values in zip(*seen))
print(json.dumps({"wall": wall, "processor": processor}))

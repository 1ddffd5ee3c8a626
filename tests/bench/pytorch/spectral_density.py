#!/usr/bin/env python3
"""Seconds of a spectral density of the Hessian, 100 Lanczos steps from one vector: 64-32-32-10 on 1437 digits, one thread.

    spectral_density.py REPETITIONS

The graph of the gradient is made before the clock starts. Prints one line of JSON: the medians {"wall": s, "processor": s}.
"""
import json
import statistics
import sys
import time

import torch_pipeline

torch_pipeline.import_torch(1)
import pyhessian  # noqa: E402
import torch.nn as nn  # noqa: E402

model, x, y = torch_pipeline.trained_w32()
wall, processor = [], []
for _ in range(1 + int(sys.argv[1])):
    hessian = pyhessian.hessian(model, nn.CrossEntropyLoss(), data=(x, y), cuda=False)
    started, used = time.perf_counter(), time.process_time()
    hessian.density(iter=100, n_v=1)
    wall.append(time.perf_counter() - started)
    processor.append(time.process_time() - used)
    del hessian
    model.zero_grad(set_to_none=True)
print(json.dumps({"wall": statistics.median(wall[1:]), "processor": statistics.median(processor[1:])}))

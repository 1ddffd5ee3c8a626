"""Training steps per second of the three-convolution net in eager PyTorch, one thread; prints one JSON object.

Three convolutions of 16, 32 and 64 channels (strides 1, 2, 2), global average, linear, on 3x32x32, batch 64; SGD with momentum 0.9
and weight decay 5e-4; minibatches gathered once and sliced. The fastest of calls of ten steps, after one to warm up.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(),
                    nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
                    nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.ReLU(),
                    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4, foreach=False)
STEPS, BATCH = 10, 64
x, y = torch.rand(STEPS * BATCH, 3, 32, 32), torch.randint(0, 10, (STEPS * BATCH,))
batches = list(zip(x.split(BATCH), y.split(BATCH)))


def steps():
    for images, labels in batches:
        optimiser.zero_grad(set_to_none=True)
        F.cross_entropy(net(images), labels).backward()
        optimiser.step()


steps()
wall = processor = float("inf")
end = time.perf_counter() + float(sys.argv[1])
while True:
    started, used = time.perf_counter(), time.process_time()
    steps()
    wall = min(wall, time.perf_counter() - started)
    processor = min(processor, time.process_time() - used)
    if time.perf_counter() >= end:
        break
print(json.dumps({"wall": STEPS / wall, "processor": STEPS / processor}))

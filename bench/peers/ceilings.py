"""What PyTorch reaches on a device: python ceilings.py DEVICE SIDE -> {"float32": FLOP/s, ..., "copy": bytes/s} as JSON.

The best of several runs: products of two SIDE x SIDE matrices in each precision, and a copy within the device's memory
of 8 x SIDE x SIDE floats, of which reading and writing count.
"""

import json
import sys
import time

import torch

repetitions, runs = 10, 5


def main():
    device, side = torch.device(sys.argv[1]), int(sys.argv[2])
    result = {precision: product(device, side, precision) for precision in ('float32', 'tf32', 'bfloat16')}
    source = torch.ones(8 * side * side, device=device)
    target = torch.empty_like(source)
    result['copy'] = 2 * source.numel() * 4 / seconds(device, lambda: target.copy_(source))
    print(json.dumps(result))


def product(device, side, precision):
    torch.backends.cuda.matmul.allow_tf32 = precision == 'tf32'
    dtype = torch.bfloat16 if precision == 'bfloat16' else torch.float32
    a, b = (torch.randn(side, side, device=device).to(dtype) for _ in range(2))
    c = torch.empty(side, side, device=device, dtype=dtype)
    return 2 * side**3 / seconds(device, lambda: torch.mm(a, b, out=c))


def seconds(device, work):
    """Of one call, the best mean of several runs; the first, which chooses and loads, does not count."""
    work()
    best = float('inf')
    for _ in range(runs):
        wait(device)
        start = time.perf_counter()
        for _ in range(repetitions):
            work()
        wait(device)
        best = min(best, (time.perf_counter() - start) / repetitions)
    return best


def wait(device):
    if device.type == 'cuda':
        torch.cuda.synchronize()


main()

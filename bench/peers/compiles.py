"""Says in one line why torch.compile makes nothing for a device, and nothing where it does: python compiles.py DEVICE."""

import sys

import torch


def lack(device):
    if device == 'cuda' and not torch.cuda.is_available():
        return f'PyTorch {torch.__version__} finds no CUDA device'
    try:
        x = torch.ones(8, device=device, requires_grad=True)
        torch.compile(lambda x: (2 * x).relu().sum())(x).backward()
    except Exception as error:  # whatever the compiler lacks: Triton, a C compiler, Python's headers
        return f'torch.compile does not work: {type(error).__name__}: {error}'.splitlines()[0]
    return ''


print(lack(sys.argv[1]))

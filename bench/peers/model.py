"""A network as deep-inside saves it: safetensors with the graph in the metadata (lib/formats/graph.ts)."""

import json
import math
import struct

import numpy as np


class Model:
    """The graph's input, nodes and output, and its weights as float32 arrays by name."""

    def __init__(self, path):
        with open(path, 'rb') as file:
            (length,) = struct.unpack('<Q', file.read(8))
            header = json.loads(file.read(length))
        graph = json.loads(header.pop('__metadata__')['deep-inside'])['graph']
        self.input, self.nodes, self.output = graph['input'], graph['nodes'], graph['output']
        data = np.memmap(path, np.uint8, 'r', 8 + length)
        self.weights = {name: tensor(data, entry) for name, entry in header.items()}


def tensor(data, entry):
    first, end = entry['data_offsets']
    if entry['dtype'] != 'F32':
        raise ValueError(f'weights must be F32, got {entry["dtype"]}')
    return np.array(data[first:end]).view(np.float32).reshape(entry['shape'])


def pool_padding(node, size):
    """[[top, bottom], [left, right]] such that windows that round down cover what the node's rounding covers."""
    padding = []
    for axis in (0, 1):
        before, after = node['pad'][axis], node['pad'][axis + 2]
        kernel, stride = node['kernel'][axis], node['stride'][axis]
        span = size[axis] + before + after - kernel
        outputs = span // stride + 1
        if node['rounding'] == 'ceil':
            outputs = math.ceil(span / stride) + 1
            if (outputs - 1) * stride >= size[axis] + before:
                outputs -= 1
        padding.append([before, max(after, (outputs - 1) * stride + kernel - size[axis] - before)])
    return padding

"""A function of inputs and classes recorded as a CUDA graph for each shape, and replayed on new ones."""

import torch


class Graphed:
    def __init__(self, function, device, dtype):
        self.function, self.device, self.dtype = function, device, dtype
        self.recordings = {}

    def __call__(self, x, classes):
        """x in pinned memory, classes on the device; what it gives is overwritten by the next call."""
        key = (x.shape, x.stride())
        if key not in self.recordings:
            self.recordings[key] = self.record(x, classes)
        graph, into, into_classes, result = self.recordings[key]
        with torch.no_grad():
            into.copy_(x, non_blocking=True)
            into_classes.copy_(classes)
        graph.replay()
        return result

    def record(self, x, classes):
        into = x.to(self.device, self.dtype).detach().requires_grad_(True)
        into_classes = classes.clone()
        self.warm_up(into, into_classes)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            result = self.function(into, into_classes)
        return graph, into, into_classes, result

    def warm_up(self, x, classes):
        """On a stream of its own, as recording wants it: libraries allocate and choose when they are first called."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.function(x, classes)
        torch.cuda.current_stream().wait_stream(side)

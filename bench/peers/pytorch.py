"""PyTorch: eager in NCHW and channels_last, with --compilers torch.compile too. Only the input requires a gradient."""

import sys

import contestant
import crops
import torch
import torch.nn.functional as F
from model import Model, pool_padding

layouts = {'channels_last': torch.channels_last, 'nchw': torch.contiguous_format}


def describe():
    compiled = [f'compiled {layout}' for layout in layouts if '--compilers' in sys.argv]
    several = [f'{way} {layout}' for way in ('retain_graph', 'batched', 'copies') for layout in layouts]
    return {
        'name': 'PyTorch',
        'version': torch.__version__,
        'configurations': {'maps': [*layouts, *compiled], 'tenCrops': [*layouts, *compiled], 'classes': several, 'scores': list(layouts)},
    }


def load(path, threads, scale):
    torch.set_num_threads(threads)
    model = Model(path)
    dense = {name: torch.from_numpy(array) for name, array in model.weights.items()}
    nets = {}
    for name, layout in layouts.items():
        weights = {key: w.contiguous(memory_format=layout) if w.dim() == 4 else w for key, w in dense.items()}
        nets[name] = lambda x, weights=weights: forward(model, weights, x)
    compiled = {name: torch.compile(net, dynamic=False) for name, net in nets.items()}
    crop = {'size': model.input['shape'][1:], 'scale': None if scale is None else torch.from_numpy(scale)[:, None, None]}
    return lambda *request: prepare(nets, compiled, crop, *request)


def prepare(nets, compiled, crop, work, configuration, images, classes):
    *way, layout = configuration.split(' ')
    net = (compiled if way == ['compiled'] else nets)[layout]
    if work == 'tenCrops':
        wanted = torch.from_numpy(classes.repeat(10, 0))
        return lambda: ten_crops(net, images[0], layouts[layout], wanted, **crop)
    if way == ['copies']:
        images, classes = images.repeat(classes.shape[1], 0), classes.reshape(-1, 1)
    x = torch.from_numpy(images).contiguous(memory_format=layouts[layout])
    if work == 'scores':
        return lambda: scores(net, x)
    wanted = torch.from_numpy(classes)
    x.requires_grad_(True)
    if way == ['retain_graph']:
        return lambda: one_by_one(net, x, wanted[0])
    if way == ['batched']:
        return lambda: batched(net, x, wanted[0])
    return lambda: maps(net, x, wanted)


def maps(net, x, classes, scale=None):
    (gradient,) = torch.autograd.grad(net(x).gather(1, classes).sum(), x)
    if scale is not None:
        gradient = gradient * scale
    return gradient.abs().amax(1).numpy()


def ten_crops(net, picture, layout, classes, size, scale):
    x = torch.from_numpy(crops.cut(picture, size)).contiguous(memory_format=layout).requires_grad_(True)
    return crops.merged(maps(net, x, classes, scale), picture)


def one_by_one(net, x, classes):
    found = net(x)
    gradients = (torch.autograd.grad(found[0, c], x, retain_graph=True)[0] for c in classes)
    return torch.cat([gradient.abs().amax(1) for gradient in gradients]).numpy()


def batched(net, x, classes):
    found = net(x)
    starts = F.one_hot(classes, found.shape[1]).to(found.dtype)[:, None]
    (gradient,) = torch.autograd.grad(found, x, starts, is_grads_batched=True)
    return gradient[:, 0].abs().amax(1).numpy()


@torch.no_grad()
def scores(net, x):
    return net(x).numpy()


def forward(model, weights, x):
    values = {model.input['name']: x}
    for node in model.nodes:
        values[node['output']] = layer(node, weights, [values[name] for name in node['inputs']])
    return values[model.output].flatten(1)


def layer(node, weights, xs):
    x, op = xs[0], node['op']
    if op == 'conv':
        return convolution(node, weights, x)
    if op == 'linear':
        return F.linear(x.flatten(1), weights[node['weight']], weights.get(node['bias']))
    if op in ('maxPool', 'averagePool'):
        return pool(node, x)
    if op == 'lrn':
        return F.local_response_norm(x, node['size'], node['alpha'], node['beta'], node['k'])
    simple = {
        'relu': lambda: F.relu(x),
        'concat': lambda: torch.cat(xs, 1),
        'globalAveragePool': lambda: x.mean((2, 3), keepdim=True),
        'flatten': lambda: x.flatten(1),
        'dropout': lambda: x,
        'add': lambda: sum(xs[1:], x),
    }
    return simple[op]()


def convolution(node, weights, x):
    top, left, bottom, right = node['pad']
    if (top, left) != (bottom, right):
        x, top, left = F.pad(x, (left, right, top, bottom)), 0, 0
    return F.conv2d(
        x, weights[node['weight']], weights.get(node['bias']), node['stride'], (top, left), node['dilation'], node['groups']
    )


def pool(node, x):
    (top, bottom), (left, right) = pool_padding(node, x.shape[2:])
    if node['op'] == 'maxPool':
        if (top, left) == (bottom, right):
            return F.max_pool2d(x, node['kernel'], node['stride'], (top, left))
        return F.max_pool2d(F.pad(x, (left, right, top, bottom), value=-torch.inf), node['kernel'], node['stride'])
    inside = node['divisor'] == 'inside'
    return F.avg_pool2d(
        x, node['kernel'], node['stride'], node['pad'][:2], node['rounding'] == 'ceil', count_include_pad=not inside
    )


if __name__ == '__main__':
    contestant.play(describe, load)

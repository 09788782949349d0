"""PyTorch: eager in NCHW and channels_last. Only the input requires a gradient.

With --compilers torch.compile takes part too; with --compilers alone maps come from it alone.

On --device cuda also recorded as CUDA graphs; inputs come from pinned memory, and cuDNN times its algorithms.
--precision float32 multiplies in float32, tf32 lets products be rounded, bfloat16 holds weights and activations in it.
"""

import argparse

import contestant
import crops
import torch
import torch.nn.functional as F
from graphed import Graphed
from model import Model, pool_padding

parser = argparse.ArgumentParser()
parser.add_argument('--compilers', nargs='?', const='too', default='none', choices=['none', 'too', 'alone'])
parser.add_argument('--device', default='cpu')
parser.add_argument('--precision', default='float32', choices=['float32', 'tf32', 'bfloat16'])
options = parser.parse_args()
device = torch.device(options.device)
dtype = torch.bfloat16 if options.precision == 'bfloat16' else torch.float32
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = options.precision == 'tf32'
torch.backends.cudnn.benchmark = True

layouts = {'channels_last': torch.channels_last, 'nchw': torch.contiguous_format}
modes = {'compiled': 'default', 'compiled+graph': 'reduce-overhead'}


def describe():
    graphs = [f'graph {layout}' for layout in layouts] if device.type == 'cuda' else []
    compiled = [f'compiled {layout}' for layout in layouts] if options.compilers != 'none' else []
    if device.type == 'cuda' and compiled:
        compiled.append('compiled+graph channels_last')
    for_maps = compiled if options.compilers == 'alone' else [*layouts, *graphs, *compiled]
    several = [f'{way} {layout}' for way in ('retain_graph', 'batched', 'copies') for layout in layouts]
    return {
        'name': 'PyTorch',
        'version': torch.__version__,
        'configurations': {
            'maps': for_maps,
            'tenCrops': [*layouts, *compiled],
            'classes': several,
            'scores': list(layouts),
            'models': [*layouts, *compiled],
        },
    }


def load(path, threads, scale):
    torch.set_num_threads(threads)
    model = Model(path)
    dense = {name: torch.from_numpy(array).to(device, dtype) for name, array in model.weights.items()}
    nets = {}
    for name, layout in layouts.items():
        weights = {key: w.contiguous(memory_format=layout) if w.dim() == 4 else w for key, w in dense.items()}
        net = nets[name] = lambda x, weights=weights: forward(model, weights, x)
        for way, mode in modes.items():
            nets[f'{way} {name}'] = torch.compile(net, dynamic=False, mode=mode)
        nets[f'graph {name}'] = Graphed(lambda x, classes, net=net: map_of(net, x, classes), device, dtype)
    scale = None if scale is None else torch.from_numpy(scale).to(device)[:, None, None]
    crop = {'size': model.input['shape'][1:], 'scale': scale}
    return lambda *request: prepare(nets, crop, *request)


def prepare(nets, crop, work, configuration, images, classes, ascent):
    *way, layout = configuration.split(' ')
    net = nets.get(configuration, nets[layout])
    if work == 'tenCrops':
        wanted = torch.from_numpy(classes.repeat(10, 0)).to(device)
        return lambda: ten_crops(net, images[0], layouts[layout], wanted, **crop)
    if way == ['copies']:
        images, classes = images.repeat(classes.shape[1], 0), classes.reshape(-1, 1)
    x = in_memory(images, layouts[layout])
    if work == 'scores':
        return lambda: scores(net, x)
    wanted = torch.from_numpy(classes).to(device)
    if work == 'models':
        return lambda: class_models(net, x, wanted, crop['scale'], ascent)
    if way == ['retain_graph']:
        return lambda: one_by_one(net, x, wanted[0])
    if way == ['batched']:
        return lambda: batched(net, x, wanted[0])
    if way == ['graph']:
        return lambda: to_host(net(x, wanted))
    return lambda: maps(net, x, wanted)


def in_memory(images, layout):
    """Where calls begin: on the host, as the network likes it best."""
    x = torch.from_numpy(images).contiguous(memory_format=layout)
    return x.pin_memory() if device.type == 'cuda' else x


def leaf(x):
    """The input on the device, for which a gradient is wanted."""
    return x.to(device, dtype, non_blocking=True).detach().requires_grad_(True)


def to_host(result):
    return result.float().cpu().numpy()


def map_of(net, x, classes, scale=None):
    (gradient,) = torch.autograd.grad(net(x).gather(1, classes).sum(), x)
    if scale is not None:
        gradient = gradient * scale
    return gradient.abs().amax(1)


def maps(net, x, classes, scale=None):
    return to_host(map_of(net, leaf(x), classes, scale))


def ten_crops(net, picture, layout, classes, size, scale):
    return crops.merged(maps(net, in_memory(crops.cut(picture, size), layout), classes, scale), picture)


def class_models(net, like, classes, scale, ascent):
    """Eq. 1 by plain steps from the zero image, which is in grey levels: bench/measure/ascent.js."""
    rate, decay = ascent['learningRate'], ascent['lambda']
    image = torch.zeros_like(like, device=device, dtype=dtype)
    for _ in range(ascent['steps']):
        x = (image if scale is None else image * scale).detach().requires_grad_(True)
        (gradient,) = torch.autograd.grad(net(x).gather(1, classes).sum(), x)
        if scale is not None:
            gradient = gradient * scale
        image = (image + rate * gradient) / (1 + 2 * rate * decay)
    return to_host(image.contiguous())


def one_by_one(net, x, classes):
    x = leaf(x)
    found = net(x)
    gradients = (torch.autograd.grad(found[0, c], x, retain_graph=True)[0] for c in classes)
    return to_host(torch.cat([gradient.abs().amax(1) for gradient in gradients]))


def batched(net, x, classes):
    x = leaf(x)
    found = net(x)
    starts = F.one_hot(classes, found.shape[1]).to(found.dtype)[:, None]
    (gradient,) = torch.autograd.grad(found, x, starts, is_grads_batched=True)
    return to_host(gradient[:, 0].abs().amax(1))


@torch.no_grad()
def scores(net, x):
    return to_host(net(leaf(x)))


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
        wide = x if device.type == 'cuda' else x.float()  # on the CPU there is none in bfloat16
        return F.local_response_norm(wide, node['size'], node['alpha'], node['beta'], node['k']).to(x.dtype)
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

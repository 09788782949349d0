"""TensorFlow: tf.function in NHWC, with --compilers through XLA too."""

import os
import sys

os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

import contestant
import crops
import tensorflow as tf
from model import Model, pool_padding

ways = {'graph': False, 'XLA': True} if '--compilers' in sys.argv else {'graph': False}


def describe():
    return {
        'name': 'TensorFlow',
        'version': tf.__version__,
        'configurations': {'maps': list(ways), 'tenCrops': list(ways), 'classes': ['copies graph', 'tape graph'], 'scores': ['graph']},
    }


def load(path, threads, scale):
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    net = Net(Model(path))
    functions = {way: {work: compiled(getattr(net, work), xla) for work in ('scores', 'maps', 'tape')} for way, xla in ways.items()}
    crop = {'size': net.model.input['shape'][1:], 'scale': None if scale is None else tf.constant(scale)}
    return lambda *request: prepare(functions, crop, *request)


def compiled(function, xla):
    return tf.function(function, jit_compile=xla, reduce_retracing=False)


def prepare(functions, crop, work, configuration, images, classes, _):
    *how, way = configuration.split(' ')
    if how == ['copies']:
        images, classes = images.repeat(classes.shape[1], 0), classes.reshape(-1, 1)
    if work == 'tenCrops':
        return lambda: ten_crops(functions[way]['maps'], images[0], classes.repeat(10, 0), **crop)
    x = tf.constant(images.transpose(0, 2, 3, 1))
    if work == 'scores':
        return lambda: functions[way]['scores'](x).numpy()
    wanted = tf.constant(classes)
    name = 'tape' if how == ['tape'] else 'maps'
    return lambda: functions[way][name](x, wanted).numpy()


def ten_crops(maps, picture, classes, size, scale):
    x = tf.constant(crops.cut(picture, size).transpose(0, 2, 3, 1))
    return crops.merged(maps(x, tf.constant(classes), scale).numpy(), picture)


class Net:
    def __init__(self, model):
        self.model = model
        self.constants = {}

    def scores(self, x):
        values = {self.model.input['name']: x}
        for node in self.model.nodes:
            values[node['output']] = self.layer(node, [values[name] for name in node['inputs']])
        return tf.reshape(values[self.model.output], [x.shape[0], -1])

    def maps(self, x, classes, scale=None):
        with tf.GradientTape() as tape:
            tape.watch(x)
            target = tf.reduce_sum(tf.gather(self.scores(x), classes, batch_dims=1))
        gradient = tape.gradient(target, x)
        return tf.reduce_max(tf.abs(gradient if scale is None else gradient * scale), 3)

    def tape(self, x, classes):
        """The classes of one image, on one forward pass."""
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            found = self.scores(x)
            targets = [found[0, classes[0, i]] for i in range(classes.shape[1])]
        return tf.concat([tf.reduce_max(tf.abs(tape.gradient(target, x)), 3) for target in targets], 0)

    def layer(self, node, xs):
        x, op = xs[0], node['op']
        if op == 'conv':
            return self.convolution(node, x)
        if op == 'linear':
            return self.linear(node, x)
        if op in ('maxPool', 'averagePool'):
            return pool(node, x)
        if op == 'lrn':
            return tf.nn.lrn(x, node['size'] // 2, node['k'], node['alpha'] / node['size'], node['beta'])
        simple = {
            'relu': lambda: tf.nn.relu(x),
            'concat': lambda: tf.concat(xs, 3),
            'globalAveragePool': lambda: tf.reduce_mean(x, [1, 2], keepdims=True),
            'flatten': lambda: tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]),
            'dropout': lambda: x,
            'add': lambda: tf.add_n(xs),
        }
        return simple[op]()

    def convolution(self, node, x):
        top, left, bottom, right = node['pad']
        padding = [[0, 0], [top, bottom], [left, right], [0, 0]]
        filters = self.constant(node['weight'], lambda weights: weights.transpose(2, 3, 1, 0))
        return self.biased(node, tf.nn.conv2d(x, filters, node['stride'], padding, dilations=node['dilation']))

    def linear(self, node, x):
        """The weights count features as [channels, rows, cols], x as [rows, cols, channels]."""
        if len(x.shape) == 2:
            return self.biased(node, tf.matmul(x, self.constant(node['weight'], lambda weights: weights.T)))
        n, rows, cols, channels = x.shape
        order = lambda weights: weights.reshape(-1, channels, rows, cols).transpose(2, 3, 1, 0).reshape(-1, len(weights))
        return self.biased(node, tf.matmul(tf.reshape(x, [n, -1]), self.constant(node['weight'], order)))

    def biased(self, node, y):
        return y if node['bias'] is None else tf.nn.bias_add(y, self.constant(node['bias'], lambda bias: bias))

    def constant(self, name, order):
        """Made once, outside the graphs, which take seconds to trace where they hold hundreds of megabytes."""
        if name not in self.constants:
            with tf.init_scope():
                self.constants[name] = tf.constant(order(self.model.weights[name]))
        return self.constants[name]


def pool(node, x):
    padding = [[0, 0], *pool_padding(node, x.shape[1:3]), [0, 0]]
    padded = any(map(any, padding))
    if node['op'] == 'maxPool':
        # XLA has no pooling with padding of its own.
        x = tf.pad(x, padding, constant_values=x.dtype.min) if padded else x
        return tf.nn.max_pool2d(x, node['kernel'], node['stride'], 'VALID')
    if padded:
        raise ValueError('averagePool with padding is not written down here')
    return tf.nn.avg_pool2d(x, node['kernel'], node['stride'], 'VALID')


if __name__ == '__main__':
    contestant.play(describe, load)

"""onnxruntime: the forward pass alone, since it has no gradients. The graph is written as ONNX in memory."""

import contestant
import onnxruntime
from model import Model
from onnx import TensorProto, helper, numpy_helper


def describe():
    return {
        'name': 'onnxruntime',
        'version': onnxruntime.__version__,
        'configurations': {'scores': ['forward']},
    }


def load(path, threads, scale):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # While it runs its threads look for work, as is its default; afterwards they must not disturb the others.
    options.add_session_config_entry('session.force_spinning_stop', '1')
    session = onnxruntime.InferenceSession(exported(Model(path)), options, ['CPUExecutionProvider'])
    (name,) = [one.name for one in session.get_inputs()]

    def run(work, configuration, images, classes, _):
        return lambda: session.run(None, {name: images})[0]

    return run


def exported(model):
    nodes = [node for one in model.nodes for node in written(one)]
    weights = [numpy_helper.from_array(array, name) for name, array in model.weights.items()]
    x = helper.make_tensor_value_info(model.input['name'], TensorProto.FLOAT, ['n', *model.input['shape']])
    nodes.append(helper.make_node('Flatten', [model.output], ['the scores']))
    y = helper.make_tensor_value_info('the scores', TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, 'model', [x], [y], weights)
    versions = [helper.make_opsetid('', 17)]
    return helper.make_model(graph, opset_imports=versions, ir_version=8).SerializeToString()


def written(node):
    op, xs, y = node['op'], node['inputs'], [node['output']]
    parameters = [name for name in (node.get('weight'), node.get('bias')) if name is not None]
    if op == 'conv':
        window = {'strides': node['stride'], 'pads': node['pad'], 'dilations': node['dilation'], 'group': node['groups']}
        return [helper.make_node('Conv', xs + parameters, y, **window)]
    if op == 'linear':
        rows = y[0] + ' rows'
        return [helper.make_node('Flatten', xs, [rows]), helper.make_node('Gemm', [rows, *parameters], y, transB=1)]
    if op in ('maxPool', 'averagePool'):
        window = {'kernel_shape': node['kernel'], 'strides': node['stride'], 'pads': node['pad']}
        window['ceil_mode'] = int(node['rounding'] == 'ceil')
        if op == 'averagePool':
            window['count_include_pad'] = int(node['divisor'] == 'padded')
        return [helper.make_node('MaxPool' if op == 'maxPool' else 'AveragePool', xs, y, **window)]
    if op == 'lrn':
        factors = {'alpha': float(node['alpha']), 'beta': float(node['beta']), 'bias': float(node['k'])}
        return [helper.make_node('LRN', xs, y, size=node['size'], **factors)]
    if op == 'concat':
        return [helper.make_node('Concat', xs, y, axis=1)]
    simple = {'relu': 'Relu', 'globalAveragePool': 'GlobalAveragePool', 'flatten': 'Flatten', 'dropout': 'Identity', 'add': 'Sum'}
    return [helper.make_node(simple[op], xs, y)]


if __name__ == '__main__':
    contestant.play(describe, load)

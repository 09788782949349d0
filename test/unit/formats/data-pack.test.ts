import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { GraphNode } from '#lib/formats/graph.js';
import { readModel } from '#lib/formats/read-model.js';
import type { GraphModel } from '../../support/onnx-model.js';
import { describeWithDataPack, readJson } from '../../support/shared.js';

const nets = ['squeezenet1_0', 'squeezenet1_0.fp16', 'squeezenet1_1', 'tinyvgg10'];

interface Layer {
  readonly op: string;
  readonly name: string;
  readonly inp: readonly string[];
  readonly out: string;
  readonly kernel?: number;
  readonly stride?: number;
  readonly pad?: number;
  readonly ceil?: number;
}

/** Our kinds of layers by the names of the pack's *.arch.json. */
const kinds: Readonly<Record<string, GraphNode['op']>> = {
  ...{ conv: 'conv', relu: 'relu', maxpool: 'maxPool', lrn: 'lrn', concat: 'concat', fc: 'linear' },
  ...{ gap: 'globalAveragePool', avgpool: 'averagePool' },
};

function described({ op, name, inp, out, kernel, stride, pad, ceil }: Layer) {
  const windows = kernel === undefined ? {} : { stride: [stride, stride], pad: [pad, pad, pad, pad] };
  const rounding = ceil === undefined ? {} : { rounding: ceil ? 'ceil' : 'floor' };
  return { op: kinds[op], name, inputs: inp, output: out, ...windows, ...rounding };
}

describeWithDataPack('the models of the data pack', (pack) => {
  const open = (file: string) => readModel(join(pack, 'models', file));

  for (const net of nets) {
    it(`${net}: ONNX and safetensors hold the same weights, number by number`, async () => {
      const { graph, weights } = (await open(`${net}.onnx`)) as GraphModel;
      const stored = await open(`${net}.safetensors`);
      assert.equal(stored.graph, null);
      const weighted = graph.nodes.filter((node) => node.op === 'conv' || node.op === 'linear');
      assert.equal(weighted.length * 2, stored.weights.size);
      for (const { name, weight, bias } of weighted) {
        const key = name.replaceAll('/', '.');
        assert.deepEqual(weights.get(weight), stored.weights.get(`${key}.weight`), key);
        assert.deepEqual(weights.get(bias!), stored.weights.get(`${key}.bias`), key);
      }
    });
  }

  for (const net of ['squeezenet1_0', 'squeezenet1_1', 'googlenet']) {
    it(`${net}: has the layers, wiring and windows that its description lists`, async () => {
      const { graph } = (await open(`${net}.onnx`)) as GraphModel;
      const { layers } = readJson<{ layers: readonly Layer[] }>(join(pack, 'models', `${net}.arch.json`));
      const expected = layers.filter(({ op }) => op in kinds).map(described);
      // The descriptions know no flattening: their linear layers take planes.
      const nodes = graph.nodes.filter(({ op }) => op !== 'flatten');
      assert.equal(nodes.length, expected.length);
      expected.forEach((layer, i) => {
        // A flattening may stand before a linear layer and behind the last one.
        const { inputs, output, ...rest } = layer;
        const known = {
          ...rest,
          ...(layer.op === 'linear' ? {} : { inputs }),
          ...(i < expected.length - 1 ? { output } : {}),
        };
        const found = Object.entries(nodes[i]!).filter(([key]) => key in known);
        assert.deepEqual(Object.fromEntries(found), known);
      });
    });
  }
});

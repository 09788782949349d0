import assert from 'node:assert/strict';
import { readModel } from '#lib/formats/read-model.js';
import { assertCloseToScale } from '../../support/close.js';
import { evaluate, type GraphModel } from '../../support/onnx-model.js';
import { fixture, readJson } from '../../support/shared.js';

interface Golden {
  readonly input: readonly number[];
  readonly shape: readonly number[];
  readonly scores: readonly number[];
}

/** Each file of test/fixtures/formats with the layers that it must become. */
const files: Record<string, string> = {
  'fire-classic': 'conv relu maxPool conv relu conv relu conv relu concat conv relu globalAveragePool flatten',
  'fire-dynamo': 'conv relu maxPool conv relu conv relu conv relu concat conv relu globalAveragePool flatten',
  'residual-classic-opset7':
    'scaleShift conv scaleShift relu conv scaleShift add relu averagePool flatten linear relu linear',
  'residual-dynamo-external': 'scaleShift conv relu conv add relu averagePool flatten linear relu linear',
  'residual-dynamo-unoptimised':
    'scaleShift conv scaleShift relu conv scaleShift add relu averagePool flatten linear relu linear',
  'pooled-classic': 'conv relu conv add relu globalAveragePool flatten linear',
  'pooled-dynamo': 'conv relu conv add relu globalAveragePool flatten linear',
};

describe('exports of PyTorch', () => {
  for (const [name, layers] of Object.entries(files)) {
    it(`${name} becomes the layers it was made of and gives PyTorch's scores within 1e-6`, async () => {
      const golden = readJson<Golden>(fixture('formats', `${name}.json`));
      const model = (await readModel(fixture('formats', `${name}.onnx`))) as GraphModel;
      assert.deepEqual(model.graph.input, { name: 'image', shape: golden.shape });
      assert.equal(model.graph.nodes.map(({ op }) => op).join(' '), layers);
      const scores = evaluate(model, golden.input).get(model.graph.output)!.data;
      assertCloseToScale(scores, golden.scores, 1e-6, name);
    });
  }
});

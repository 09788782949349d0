import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Execution } from '#lib/net/sequence.js';
import { assertCloseToScale } from '../support/close.js';
import { describeOnDevices, openedFor } from '../support/devices.js';
import { opCaseIds, readOpCase, type OpCase } from '../support/op-cases.js';
import { floats, withPass } from '../support/passes.js';
import type { ReluRule } from '../support/reference.js';
import { dataPack, fixture } from '../support/shared.js';

/** Twenty times the float32 error of PyTorch's own run: see fixtures/README.md. */
const tolerance = 1e-5;

const folders = {
  'our op cases': fixture('ops'),
  "the data pack's op cases": dataPack === null ? null : join(dataPack, 'goldens', 'ops'),
};

for (const [name, folder] of Object.entries(folders)) {
  describeOnDevices(name, (kind) => {
    if (folder === null) {
      it('skipped: no data pack; set DEEP_INSIDE_SHARED to the folder that holds data/, or put it at ../shared');
      return;
    }
    const device = openedFor(kind);
    for (const id of opCaseIds(folder)) {
      it(`${id}: PyTorch's numbers, and the same bits on replay`, async () => {
        const opCase = readOpCase(folder, id);
        const run = (execution: Execution) =>
          withPass(device(), opCase, { n: opCase.x.shape[0]!, execution }, async (pass) => {
            pass.forward(opCase.x.data);
            const { output } = opCase.graph;
            const results = new Map<'out' | ReluRule, Float32Array>([['out', await floats(pass.activation(output))]]);
            for (const rule of opCase.dx.keys()) {
              const start = { value: output, derivative: opCase.start.data };
              results.set(rule, await floats(pass.backward(start, rule, opCase.graph.input.name)));
            }
            return results;
          });
        const eager = await run('eager');
        compare(eager, opCase);
        assert.deepEqual(await run('replay'), eager);
      });
    }
  });
}

function compare(results: ReadonlyMap<'out' | ReluRule, Float32Array>, { out, dx }: OpCase): void {
  assertCloseToScale(results.get('out')!, out.data, tolerance, 'out');
  for (const [rule, expected] of dx) assertCloseToScale(results.get(rule)!, expected.data, tolerance, `dx by ${rule}`);
}

import assert from 'node:assert/strict';
import type { Device } from '#lib/device/index.js';
import { createLayers, type Layers } from '#lib/net/layer-of.js';
import { Pass } from '#lib/net/pass.js';
import { importBench } from '../../support/bench.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { miniAlexNet } from '../../support/nets.js';
import { floats, withPass } from '../../support/passes.js';
import { Random } from '../../support/random.js';

interface Operation {
  readonly layer: string;
  readonly operation: string;
  readonly flops: number;
  readonly bytes: number;
  run(): void;
}
interface Recorder {
  readonly device: Device;
  named(layers: Layers): Layers;
  record(work: () => void): Operation[];
}

describeOnDevices('bench/measure/recorder', (kind) => {
  const device = openedFor(kind);
  const net = miniAlexNet();
  const scored = { graph: net.graph, scored: net.graph.output };
  const input = new Random(1).normals(net.graph.input.shape.reduce((a, b) => a * b));
  const classes = Int32Array.of(1);

  it('keeps the operations of a pass under their layers, and running them one by one gives the same gradient', async () => {
    const expected = await withPass(device(), net, { n: 1 }, async (pass) => {
      pass.forward(input);
      return floats(pass.backward({ classes }, 'gradient', net.graph.input.name));
    });

    const { Recorder } = await importBench<{ Recorder: new (device: Device) => Recorder }>('measure', 'recorder.js');
    const recorder = new Recorder(device());
    const layers = createLayers(net.graph, net.weights);
    const options = { n: 1, scored, kept: [], execution: 'eager' } as const;
    const pass = await Pass.plan({ ...options, device: recorder.device, layers: recorder.named(layers) });
    const forward = recorder.record(() => pass.forward(input));
    let result: ReturnType<Pass['backward']>;
    const backward = recorder.record(() => (result = pass.backward({ classes }, 'gradient', net.graph.input.name)));
    for (const { run } of [...forward, ...backward]) run();
    const came = await floats(result!);
    pass.dispose();
    for (const layer of layers.values()) layer.dispose();

    assert.deepEqual(came, expected);
    const convolution = net.graph.nodes.find(({ op }) => op === 'conv')!;
    const { operation, flops, bytes } = forward.find(({ layer }) => layer === convolution.name)!;
    assert.equal(operation, 'conv2d.forward');
    assert.ok(flops > 0 && bytes > 0, `${flops} operations on ${bytes} bytes`);
    assert.ok(backward.some((one) => one.layer === convolution.name && one.operation === 'conv2d.backwardData'));
  });
});

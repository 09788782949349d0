import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeDevices, loadNetwork, type LayerDescription } from '#lib/index.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { onnxFile } from '../support/onnx-writer.js';
import { readJson, repository } from '../support/shared.js';

interface Facts {
  readonly inputShape: number[];
  readonly layers: LayerDescription[];
  readonly parameters: number;
  readonly flops: number;
}

describe('deep-inside inspect', function () {
  this.timeout(commandTimeout);
  const network = loadedFor(() => loadNetwork());
  const folder = temporaryFolder();

  it('--json prints what the network tells of itself', async () => {
    const { code, stdout, stderr } = await run(['inspect', '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const { inputShape, layers, classes, preprocessing } = network();
    const [{ parameters, flops, ...facts }] = objectsOf<Facts>(stdout) as [Facts];
    assert.deepEqual(facts, JSON.parse(JSON.stringify({ inputShape, layers, classes, preprocessing })));
    assert.equal(parameters, 1_235_496);
    assert.equal(
      flops,
      layers.reduce((sum, layer) => sum + layer.flops, 0),
    );
  });

  it('--input-shape settles what an ONNX file leaves open', async () => {
    const model = join(folder(), 'open.onnx');
    const nodes = [
      { op: 'GlobalAveragePool', inputs: ['x'], outputs: ['p'] },
      { op: 'Flatten', inputs: ['p'], outputs: ['y'] },
    ];
    writeFileSync(model, onnxFile({ nodes, inputs: { x: ['n', 3, 'rows', 'cols'] }, outputs: ['y'] }));
    const open = await run(['inspect', model]);
    assert.equal(open.code, 1);
    assert.match(open.stderr, /input "x" has shape \[n, 3, rows, cols\]/);
    const { stdout } = await run(['inspect', model, '--input-shape', '3,20,30', '--json']);
    assert.deepEqual(objectsOf<Facts>(stdout)[0]!.inputShape, [3, 20, 30]);
    assert.equal((await run(['inspect', model, '--input-shape', '3x20x30'])).code, 2);
  });

  it('prints a line per layer, the totals, the preprocessing and the classes', async () => {
    const { stdout } = await run(['inspect']);
    const lines = stdout.split('\n');
    assert.match(lines[0]!, /^layer +op +output +parameters +FLOPs$/);
    network().layers.forEach((layer, i) => assert.ok(lines[i + 1]!.startsWith(`${layer.name} `)));
    assert.match(lines[network().layers.length + 1]!, /^total +1,235,496 +775,495,040$/);
    assert.match(stdout, /^input: 3 x 227 x 227$/m);
    assert.match(
      stdout,
      /^preprocessing: shorter side 256 \(bilinear\), centre 227 x 227, BGR 0-255, minus 104 117 123/m,
    );
    assert.match(stdout, /^classes: 1000 \(0 tench n01440764, 1 goldfish n01443537, /m);
  });

  it('shows a built-in architecture without weights', async () => {
    const { code, stdout } = await run(['inspect', '--architecture', 'paper', '--json']);
    assert.equal(code, 0);
    const [facts] = objectsOf<Facts>(stdout);
    assert.deepEqual(facts!.inputShape, [3, 224, 224]);
    assert.equal(
      facts!.parameters,
      facts!.layers.reduce((sum, { parameters }) => sum + parameters, 0),
    );
  });
});

describe('deep-inside devices', function () {
  this.timeout(commandTimeout);

  it('--json prints versions and what describeDevices() gives', async () => {
    const { code, stdout, stderr } = await run(['devices', '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    const { version } = readJson<{ version: string }>(`${repository}/package.json`);
    const platform = `${process.platform}-${process.arch}`;
    assert.deepEqual(objectsOf(stdout), [
      { version, node: process.version, platform, devices: await describeDevices() },
    ]);
  });

  it('prints each kind as usable or with the reason why not', async () => {
    const { stdout } = await run(['devices']);
    for (const { kind, usable, auto, name, reason } of await describeDevices()) {
      const verdict = `${usable ? 'usable' : 'not usable'}${auto ? ', what --device auto takes' : ''}`;
      assert.match(stdout, new RegExp(`^${kind}: ${verdict}$`, 'm'));
      assert.ok(stdout.includes(`  ${usable ? name : reason}`));
    }
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord } from '#lib/cli/record.js';
import type { Reproduction } from '#lib/cli/reproduction.js';
import { writeSafetensors } from '#lib/formats/safetensors.js';
import { loadNetwork, saveNetwork } from '#lib/index.js';
import { commandTimeout, ended, objectsOf, program, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { onnxFile } from '../support/onnx-writer.js';
import { writePicture } from '../support/pictures.js';
import { factsOfFile } from '../support/records.js';
import { readJson } from '../support/shared.js';

describe('deep-inside reproduce', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const network = loadedFor(() => loadNetwork());
  const at = (...names: string[]) => join(folder(), ...names);
  const record = () => at('out', 'cat.7.saliency.json');

  /** A map of class 7 of cat.png in out/, with more arguments. */
  async function makeMap(...more: string[]): Promise<void> {
    await writePicture(folder(), 'cat.png', 1);
    const { code } = await run(['saliency', at('cat.png'), '--class', '7', '--out', at('out'), ...more]);
    assert.equal(code, 0);
  }

  async function reproduced(...args: string[]) {
    const { code, stdout, stderr } = await run(['reproduce', ...args, '--json']);
    return { code, stderr, found: objectsOf<Reproduction>(stdout) };
  }

  function edit(change: (fields: { options: Record<string, unknown> } & Record<string, unknown>) => void): void {
    const fields = readJson<{ options: Record<string, unknown> } & Record<string, unknown>>(record());
    change(fields);
    writeFileSync(record(), JSON.stringify(fields));
  }

  it('says of each file that it is identical, and leaves nothing behind', async () => {
    await makeMap();
    const before = readdirSync(at('out')).map((name) => factsOfFile(at('out', name)).sha256);
    const { code, stdout, stderr } = await run(['reproduce', record()]);
    const lines = ['overlay.png', 'map.png', 'map.npy'].map((ending) => `  ${at('out', `cat.7.${ending}`)}  identical`);
    assert.deepEqual([code, stdout, stderr], [0, [`${record()}  saliency`, ...lines, ''].join('\n'), '']);
    assert.deepEqual(readdirSync(at('out')).map((name) => factsOfFile(at('out', name)).sha256), before); // prettier-ignore
  });

  it('refuses another image, goes on with one that is named, and tells by how much it differs', async () => {
    await makeMap();
    const original = at('original.png');
    copyFileSync(at('cat.png'), original);
    await writePicture(folder(), 'cat.png', 2);
    const refused = await reproduced(record());
    assert.deepEqual([refused.code, refused.found[0]!.identical], [1, false]);
    assert.match(
      refused.stderr,
      /the image \S+cat\.png is not what was recorded: SHA-256 \w{12}\.\.\. was recorded, .*--image/,
    );
    assert.match(refused.found[0]!.error!, /cat\.png is not what was recorded/);

    const other = await reproduced(record(), '--image', at('cat.png'));
    assert.deepEqual([other.code, other.stderr], [1, '']);
    const [{ outputs, reasons, result }] = other.found as [Reproduction];
    const [overlay, , map] = outputs;
    assert.equal(overlay!.difference!.of, 'pixels');
    assert.ok(overlay!.difference!.count > 0 && overlay!.difference!.largest <= 255);
    assert.equal(map!.difference!.total, 227 * 227);
    assert.ok(map!.difference!.relative! > 0.01 && result!.largest > 0);
    const hashes = [original, at('cat.png')].map((path) => factsOfFile(path).sha256);
    assert.deepEqual(reasons, [{ what: 'image (SHA-256)', recorded: hashes[0], now: hashes[1] }]);

    assert.equal((await reproduced(record(), '--image', original)).code, 0, 'the same image under another name');
    rmSync(at('cat.png'));
    const gone = await reproduced(record());
    assert.match(gone.stderr, /the image is not at \S+cat\.png any longer; --image FILE goes on with another/);
  });

  it('refuses other weights, and goes on with those that are named', async () => {
    const model = at('net.safetensors');
    await saveNetwork(network(), model);
    await makeMap('--model', model);
    assert.equal((await reproduced(record())).code, 0);
    copyFileSync(model, at('copy.safetensors'));
    appendFileSync(model, ' ');
    const refused = await reproduced(record());
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /model \S+net\.safetensors is not what was recorded: .*; --model FILE goes on/);
    assert.equal((await reproduced(record(), '--model', at('copy.safetensors'))).code, 0);
  });

  it('takes what is stated of other weights whose file states it not', async () => {
    await makeMap();
    const model = at('bare.safetensors');
    const bare = { ...network().model, preprocessing: null, classes: null };
    writeFileSync(model, writeSafetensors(bare, { dtype: 'float32' }));
    const refused = await reproduced(record(), '--model', model);
    assert.match(refused.stderr, /images need preprocessing.*--preprocessing/);
    const stated = await reproduced(record(), '--model', model, '--preprocessing', 'caffe', '--names', 'imagenet');
    assert.deepEqual(
      [stated.found[0]!.identical, stated.found[0]!.reasons.map(({ what }) => what)],
      [true, ['model (SHA-256)']],
    );
  });

  it("refuses other data beside the model's file", async () => {
    const nodes = [
      { op: 'Add', inputs: ['x', 'c'], outputs: ['a'] },
      { op: 'GlobalAveragePool', inputs: ['a'], outputs: ['p'] },
      { op: 'Flatten', inputs: ['p'], outputs: ['y'] },
    ];
    const initialisers = [{ name: 'c', dims: [1], external: { location: 'c.bin' } }];
    writeFileSync(at('net.onnx'), onnxFile({ nodes, initialisers, inputs: { x: [1, 3, 8, 8] }, outputs: ['y'] }));
    writeFileSync(at('c.bin'), Float32Array.of(2));
    await writePicture(folder(), 'cat.png', 1);
    const args = ['saliency', at('cat.png'), '--model', at('net.onnx'), '--preprocessing', 'caffe', '--out', at('out')];
    assert.equal((await run([...args, '--class', '1'])).code, 0);
    const path = at('out', 'cat.1.saliency.json');
    const { externalFiles } = await readRecord(path);
    assert.deepEqual(externalFiles, [{ path: '../c.bin', given: at('c.bin'), ...factsOfFile(at('c.bin')) }]);
    assert.equal((await reproduced(path)).code, 0);
    writeFileSync(at('c.bin'), Float32Array.of(3));
    const refused = await reproduced(path);
    assert.match(refused.stderr, /the model's data \S+c\.bin is not what was recorded/);
    const { code, found } = await reproduced(path, '--model', at('net.onnx'));
    assert.deepEqual([code, found[0]!.reasons.map(({ what }) => what)], [1, ["model's data (SHA-256)"]]);
  });

  it('computes with as many threads as were recorded, or as are named, and says so', async () => {
    await makeMap('--threads', '1');
    assert.deepEqual((await reproduced(record())).found[0]!.reasons, []);
    const { found } = await reproduced(record(), '--threads', '2');
    assert.deepEqual(found[0]!.reasons, [{ what: 'threads', recorded: 1, now: 2 }]);
  });

  it('names what differs in versions and processor', async () => {
    await makeMap();
    edit((fields) => {
      const environment = fields.environment as { node: string; device: { name: string } };
      environment.node = 'v18.0.0';
      environment.device.name = 'abacus';
    });
    const { code, stdout } = await run(['reproduce', record()]);
    assert.equal(code, 0);
    const name = network().device.name;
    const reasons = [`    node: v18.0.0, now ${process.version}`, `    processor: abacus, now ${name}`, ''];
    assert.deepEqual(stdout.split('\n').slice(-4), ['  although this was not the same:', ...reasons]);
  });

  it('tells a difference that nothing explains, and files that were changed or are gone', async () => {
    await makeMap();
    writeFileSync(at('out', 'cat.7.overlay.png'), 'scribble');
    rmSync(at('out', 'cat.7.map.png'));
    edit((fields) => {
      (fields.outputs as Record<string, { sha256: string }>).map!.sha256 = '0'.repeat(64);
    });
    const { code, stdout } = await run(['reproduce', record()]);
    assert.equal(code, 1);
    const [, overlay, heatMap, map, last] = stdout.split('\n');
    assert.match(overlay!, /overlay\.png {2}identical \(the recorded file is another now\)$/);
    assert.match(heatMap!, /map\.png {2}identical \(the recorded file is gone\)$/);
    assert.match(map!, /map\.npy {2}differs \(the recorded file is another now\)$/);
    assert.match(last!, /although all that was recorded is the same/);
  });

  it('warns where timings chose the algorithms', async () => {
    await makeMap();
    edit(({ options }) => (options.tune = true));
    const env = { ...process.env, DEEP_INSIDE_CACHE: at('cache') };
    const child = spawn(process.execPath, [program, 'reproduce', record()], { env });
    assert.match((await ended(child)).stderr, /cat\.7\.saliency\.json: --tune chose its algorithms by timing/);
  });

  const bad: [title: string, change: Parameters<typeof edit>[0], message: RegExp][] = [
    [
      'a command that is unknown',
      (fields) => (fields.command = 'paint'),
      /command must be one of saliency, .*, got "paint"/,
    ],
    ['a command that writes no files', (fields) => (fields.command = 'classify'), /command must be one of saliency/],
    [
      'an option of a wrong type',
      ({ options }) => (options.rule = 7),
      /option '--rule <rule>' argument '7' is invalid/,
    ],
    [
      'options that do not go together',
      ({ options }) => (options.region = 'square'),
      /option '--region' needs --ten-crops/,
    ],
    ['a version that is not known', (fields) => (fields.version = 9), /version 9; this deep-inside reads version 1/],
  ];
  it('refuses a record with what is wrong in it, in one line each, and does the others', async () => {
    await makeMap();
    const good = readFileSync(record());
    const paths = bad.map(([, change], i) => {
      writeFileSync(record(), good);
      edit(change);
      copyFileSync(record(), at('out', `bad-${i}.json`));
      return at('out', `bad-${i}.json`);
    });
    writeFileSync(record(), good);
    const { code, found, stderr } = await reproduced(...paths, record());
    assert.equal(code, 1);
    const lines = stderr.trimEnd().split('\n');
    assert.equal(lines.length, bad.length, stderr);
    for (const [i, [title, , message]] of bad.entries()) {
      const line = lines.find((one) => one.includes(paths[i]!));
      assert.match(line!, message, title);
    }
    assert.deepEqual(found.filter(({ error }) => error === null).map(({ record: path }) => path), [record()]); // prettier-ignore
  });
});

import assert from 'node:assert/strict';
import { Command } from 'commander';
import { addAscentOptions } from '#lib/cli/ascent-flags.js';
import { addModelOption, classes } from '#lib/cli/options.js';
import { retyped, type Circumstances } from '#lib/cli/retype.js';

describe('retyped', () => {
  const numbers = (text: string) => text.split(',').map(Number);
  const command = () => {
    const made = new Command('make')
      .argument('[files...]')
      .option('--class <class>', '', classes)
      .option('--channels <list>', '', numbers)
      .option('--signed', '')
      .option('--layer <name>', '')
      .option('--out <folder>', '');
    return addModelOption(addAscentOptions(made)).exitOverride();
  };
  const around: Circumstances = { files: { model: null }, images: [], device: 'cpu', threads: null, out: 'again' };

  /** What commander makes of it. */
  function parsed(options: object, circumstances: Partial<Circumstances> = {}) {
    const made = command();
    const record = { options: options as Record<string, unknown> };
    made.parse(retyped(made, record, { ...around, ...circumstances }), { from: 'user' });
    const { device, json, quiet, out, ...rest } = made.opts<Record<string, unknown>>();
    assert.deepEqual([device, json, quiet, out], ['cpu', true, true, 'again']);
    return { options: rest, files: made.args };
  }

  it('gives back options of every kind as they were', () => {
    const options = {
      ...{ class: [404, 'tabby, tabby cat', -1], channels: [3, 4, 70], signed: true, noise: 3e-7, steps: 12 },
      ...{ layer: '--odd name', preprocessing: { channelOrder: 'BGR', range: 255 }, inputShape: [3, 64, 64] },
      ...{ scales: [0, 1.5], blur: { every: 2, sigma: [1.5, 0.4] }, clip: true, decay: 0, preset: 'robust' },
    };
    assert.deepEqual(parsed(options).options, options);
  });

  it('switches off what was off, null or empty, where there is a way to say so', () => {
    const options = { clip: false, blur: null, scales: [], signed: false };
    assert.deepEqual(parsed(options).options, { clip: false, blur: false, scales: false });
  });

  it('leaves out what is no option of the command', () => {
    assert.deepEqual(parsed({ sharpness: 3, tune: true }).options, { tune: true });
  });

  it('takes nothing from the options that says where and how to write', () => {
    const options = { out: 'elsewhere', json: false, debug: true, device: 'cuda', model: 'other.onnx' };
    assert.deepEqual(parsed(options).options, {});
  });

  it('adds files, threads and images, whatever their names', () => {
    const found = parsed({}, { files: { model: 'a=b.onnx' }, threads: 3, images: ['--json'] });
    assert.deepEqual(found, { options: { model: 'a=b.onnx', threads: 3 }, files: ['--json'] });
  });
});

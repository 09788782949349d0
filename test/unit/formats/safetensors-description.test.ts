import { writeSafetensors } from '#lib/formats/safetensors.js';
import { residualNet } from '../../support/nets.js';
import { preprocessing, assertBroken } from '../../support/safetensors-files.js';

/** As JSON: loose, since the tests break it. */
interface Description {
  graph?: { nodes: object[] };
  [key: string]: unknown;
}

describe('the description in the metadata', () => {
  /** `whole` with its description passed through `change`. */
  function changed(change: (description: Description) => void): Uint8Array {
    const bytes = writeSafetensors({ ...residualNet(), preprocessing: null, classes: null }, { dtype: 'float16' });
    const length = new DataView(bytes.buffer).getUint32(0, true);
    const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString()) as Record<
      string,
      Record<string, string>
    >;
    const description = JSON.parse(header['__metadata__']!['deep-inside']!) as Description;
    change(description);
    header['__metadata__']!['deep-inside'] = JSON.stringify(description);
    const text = Buffer.from(JSON.stringify(header));
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setUint32(0, text.length, true);
    return new Uint8Array(Buffer.concat([prefix, text, bytes.subarray(8 + length)]));
  }

  it('is refused where a later version of this library wrote it', () => {
    const bytes = changed((description) => Object.assign(description, { version: 2 }));
    assertBroken(bytes, /its description has version 2; this library knows 1, update it/);
  });

  it('names the field that is missing, of the wrong type or out of range', () => {
    const node = (i: number, change: object) => changed(({ graph }) => Object.assign(graph!.nodes[i]!, change));
    assertBroken(node(0, { stride: [1, 0] }), /graph\.nodes\[0\]\.stride\[1\] must be an integer of at least 1, got 0/);
    assertBroken(node(0, { op: 'conv3d' }), /graph\.nodes\[0\]\.op must be one of "conv", .*, got "conv3d"/);
    assertBroken(node(0, { pad: [1, 1] }), /graph\.nodes\[0\]\.pad must be a list of 4, got 2/);
    assertBroken(node(2, { inputs: 'norm' }), /graph\.nodes\[2\]\.inputs must be a list, got "norm"/);
    assertBroken(node(1, { scale: null }), /graph\.nodes\[1\]\.scale must be a text, got null/);
    assertBroken(
      changed((description) => delete description.graph),
      /the description\.graph must be an object, got undefined/,
    );
    const bad = { ...preprocessing, filter: 'nearest' };
    const patch = changed((description) => Object.assign(description, { preprocessing: bad }));
    assertBroken(patch, /preprocessing\.filter must be one of "bilinear", "bicubic", got "nearest"/);
  });

  it('is refused where its graph has a cycle or lacks a weight', () => {
    const node = (change: object) => changed(({ graph }) => Object.assign(graph!.nodes[0]!, change));
    assertBroken(node({ inputs: ['relu'] }), /no cycle, .*"stem"/);
    assertBroken(node({ weight: 'nowhere' }), /node "stem" \(conv\) needs the weight "nowhere"/);
  });

  it('is refused where it promises a mean image that the file does not hold', () => {
    const promised = { ...preprocessing, mean: 'deep-inside.mean-image' };
    const bytes = changed((description) => Object.assign(description, { preprocessing: promised }));
    assertBroken(bytes, /preprocessing\.mean is a mean image, but the file holds no tensor "deep-inside\.mean-image"/);
  });
});

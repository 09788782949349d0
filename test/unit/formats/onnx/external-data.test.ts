import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode } from '#lib/errors.js';
import { readModel } from '#lib/formats/read-model.js';
import { onnxFile, type TensorSpec } from '../../../support/onnx-writer.js';

describe('external data of an ONNX file', () => {
  let root: string;
  let folder: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'deep-inside-'));
    folder = join(root, 'model');
    mkdirSync(join(folder, 'parts'), { recursive: true });
    const data = new Uint8Array(Float32Array.of(9, 2, 3, 4).buffer);
    for (const path of ['weights.bin', 'parts/weights.bin', '../outside.bin']) writeFileSync(join(folder, path), data);
    symlinkSync(join(root, 'outside.bin'), join(folder, 'link.bin'));
    symlinkSync(root, join(folder, 'up'));
    symlinkSync('weights.bin', join(folder, 'inner.bin'));
  });
  after(() => rmSync(root, { recursive: true }));

  /** y = x + the tensors c0, c1... of one number each, written as net.onnx. */
  function write(...external: Record<string, string>[]): string {
    const nodes = external.map((_, i) => ({ op: 'Add', inputs: [i ? `y${i - 1}` : 'x', `c${i}`], outputs: [`y${i}`] }));
    const initialisers = external.map((entries, i): TensorSpec => ({ name: `c${i}`, dims: [1], external: entries }));
    const path = join(folder, 'net.onnx');
    writeFileSync(
      path,
      onnxFile({ nodes, initialisers, inputs: { x: [1, 1, 1, 1] }, outputs: [`y${external.length - 1}`] }),
    );
    return path;
  }

  async function shifts(...external: Record<string, string>[]): Promise<number[]> {
    const { weights } = await readModel(write(...external));
    return [...weights].filter(([name]) => name.endsWith('shift')).map(([, { data }]) => data[0]!);
  }

  async function assertRefused(entries: Record<string, string>, code: ErrorCode, message: RegExp): Promise<void> {
    await assert.rejects(readModel(write(entries)), { code, message });
  }

  it('is read from a file beside the model, from an offset on', async () => {
    assert.deepEqual(await shifts({ location: 'weights.bin', offset: '4', length: '4' }), [2]);
    assert.deepEqual(await shifts({ location: 'weights.bin' }), [9]);
    assert.deepEqual(
      await shifts({ location: 'parts/weights.bin', offset: '12' }, { location: './weights.bin', offset: '8' }),
      [4, 3],
    );
  });

  it('is named, each file once', async () => {
    const part = (location: string, offset: string) => ({ location, offset, length: '4' });
    const path = write(part('weights.bin', '0'), part('parts/weights.bin', '0'), part('weights.bin', '4'));
    assert.deepEqual((await readModel(path)).externalFiles, ['weights.bin', 'parts/weights.bin']);
  });

  it('is refused outside the model\'s folder: absolute paths, "..", and links', async () => {
    const message =
      /net\.onnx: tensor "c0" at byte \d+ has its data in ".*": only a relative path inside the model's folder/;
    for (const location of [
      join(root, 'outside.bin'),
      '../outside.bin',
      'parts/../../outside.bin',
      'C:\\weights.bin',
      '..\\outside.bin',
      '',
    ]) {
      await assertRefused({ location }, 'ERR_FORMAT', message);
    }
    for (const location of ['link.bin', 'up/outside.bin', 'inner.bin']) {
      await assertRefused({ location }, 'ERR_FORMAT', /symbolic links are not followed/);
    }
  });

  it('is refused where the file is missing, a folder or a pipe', async () => {
    await assertRefused(
      { location: 'nowhere.bin' },
      'ERR_IO',
      /"nowhere\.bin", which cannot be read .*; keep the model and its data in one folder/,
    );
    await assertRefused({ location: 'parts' }, 'ERR_FORMAT', /that is not a regular file/);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await assertRefused({ location: 'pipe' }, 'ERR_FORMAT', /that is not a regular file/);
  });

  it('is refused where the range does not fit the file or the tensor', async () => {
    const refuse = (entries: Record<string, string>, message: RegExp) =>
      assertRefused({ location: 'weights.bin', ...entries }, 'ERR_FORMAT', message);
    await refuse(
      { offset: '13' },
      /"c0" at byte \d+ claims 4 bytes from 13 of an external file of 16; its shape and type need 4/,
    );
    await refuse({ offset: '-4' }, /claims 4 bytes from -4/);
    await refuse({ offset: 'four' }, /claims 4 bytes from NaN/);
    await refuse({ length: '8' }, /claims 8 bytes from 0/);
  });

  it('is refused where tensors share bytes, which would make a small file ask for any amount of memory', async () => {
    const entries = Array.from({ length: 5 }, () => ({ location: 'weights.bin' }));
    await assert.rejects(readModel(write(...entries)), {
      code: 'ERR_FORMAT',
      message: /claim 20 bytes of a file of 16: they overlap/,
    });
  });

  it('needs the model to come by its path', async () => {
    const bytes = onnxFile({
      nodes: [{ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }],
      initialisers: [{ name: 'c', dims: [1], external: { location: 'weights.bin' } }],
      ...{ inputs: { x: [1, 1, 1, 1] }, outputs: ['y'] },
    });
    await assert.rejects(readModel(bytes), { code: 'ERR_FORMAT', message: /the model came as bytes; give its path/ });
  });
});

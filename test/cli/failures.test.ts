import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedSharp } from '#lib/image/sharp.js';
import { saveNetwork, writeImage } from '#lib/index.js';
import { array } from '#lib/ndarray.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { convReluPoolNet } from '../support/nets.js';
import { withNetwork } from '../support/networks.js';
import { writePicture } from '../support/pictures.js';
import { fixture } from '../support/shared.js';

interface FileReport {
  readonly file: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly error: string | null;
}

describe('deep-inside with bad files', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const at = (name: string) => join(folder(), name);

  /** Each makes a bad input and returns its path. */
  const bad: [title: string, make: () => string, message: RegExp][] = [
    ['a missing file', () => at('missing.jpg'), /missing\.jpg.*ENOENT/],
    ['a truncated JPEG', () => cutTo(0.5, at('half.jpg')), /half\.jpg.*truncated/],
    ['a text file named .jpg', () => written(at('text.jpg'), 'dear diary, today'), /text\.jpg.*text \(.*dear diary/],
    ['a zero-byte file', () => written(at('empty.png'), ''), /empty\.png.*empty file/],
    ['a folder without images', () => emptyFolder(at('none')), /none.*\.jpg, \.jpeg, \.png.*1 other file/],
  ];

  function written(path: string, text: string): string {
    writeFileSync(path, text);
    return path;
  }

  function cutTo(share: number, path: string): string {
    const whole = readFileSync(fixture('image', '420.jpg'));
    writeFileSync(path, whole.subarray(0, share * whole.length));
    return path;
  }

  function emptyFolder(path: string): string {
    mkdirSync(path);
    written(join(path, 'readme.txt'), 'nothing here');
    return path;
  }

  it('does the rest, reports each failure in one line at the end and exits with 1', async () => {
    const [first, last] = [await writePicture(folder(), 'a.png', 1), await writePicture(folder(), 'z.png', 2)];
    const paths = bad.map(([, make]) => make());
    const args = ['saliency', first, ...paths, last, '--out', at('out'), '--json'];
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 1);
    const reports = objectsOf<FileReport>(stdout);
    assert.deepEqual(
      reports.map(({ file }) => file),
      [first, ...paths, last],
    );
    assert.deepEqual(
      reports.map(({ error }) => error === null),
      [true, ...bad.map(() => false), true],
    );
    const lines = stderr.trimEnd().split('\n');
    bad.forEach(([title, , message], i) => {
      assert.match(lines[i]!, message, title);
      assert.match(reports[i + 1]!.error!, message, title);
      assert.equal(reports[i + 1]!.width, null, title);
    });
    assert.deepEqual(lines.slice(bad.length), [`deep-inside: ${bad.length} of ${bad.length + 2} failed`]);
  });

  for (const [title, make, message] of bad) {
    it(`exits with 1 for ${title}, and stdout stays empty`, async () => {
      const { code, stdout, stderr } = await run(['classify', make(), '--quiet']);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^deep-inside: [^\n]+\n$/);
      assert.match(stderr, message);
    });
  }

  it('names the file that the network cannot see, and tells its size', async () => {
    const paths = [at('thin.png'), at('wide.png')] as const;
    await writeImage(paths[0], array(new Uint8Array(3000 * 3), [1, 3000, 3]));
    await writeImage(paths[1], array(new Uint8Array(4 * 4 * 3), [4, 4, 3]));
    const { stderr, stdout } = await run(['saliency', ...paths, '--out', at('out'), '--json']);
    assert.ok(stderr.startsWith(`deep-inside: ${paths[0]}: saliency: img must not be so elongated`), stderr);
    const [{ width, height, error }] = objectsOf<FileReport>(stdout) as [FileReport];
    assert.deepEqual([width, height], [3000, 1]);
    assert.ok(error!.startsWith(`${paths[0]}: saliency`));
  });

  it('--debug adds the stack', async () => {
    const { stderr } = await run(['classify', at('missing.jpg'), '--debug']);
    assert.match(stderr, /DeepInsideError: \S*missing[^\n]*ENOENT[^\n]*\n +at /);
    assert.match(stderr, /caused by: Error: ENOENT/);
  });
});

describe('deep-inside with a bad choice of network or class', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const at = (name: string) => join(folder(), name);

  const classes: [cls: string, message: RegExp][] = [
    ['goldfisch', /"goldfisch"; did you mean "goldfish"/],
    ['crane', /"crane" fits 134 \(n02012849\) and 517 \(n03126707\).*WNID/],
    ['1000', /from 0 to 999.*got 1000.*count from 0/],
    ['-1', /from 0 to 999.*got -1/],
  ];
  for (const [cls, message] of classes) {
    it(`refuses --class ${cls} before it reads a file`, async () => {
      const { code, stdout, stderr } = await run(['saliency', at('missing.jpg'), '--class', cls, '--out', at('out')]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^deep-inside: --class: [^\n]+\n$/);
      assert.match(stderr, message);
    });
  }

  const models: [title: string, make: () => Promise<string[]>, message: RegExp][] = [
    ['a model that does not exist', async () => ['--model', at('no.onnx')], /no\.onnx.*ENOENT/],
    ['a model that is none', async () => ['--model', await writePicture(folder(), 'net.onnx', 1)], /net\.onnx/],
    [
      'a model that states no preprocessing',
      async () => ['--model', await bareNet(at('net.safetensors'))],
      /--preprocessing/,
    ],
    ['an architecture that does not exist', async () => ['--architecture', 'vgg17'], /--architecture: .*'vgg16'\?$/m],
    ['an architecture without weights', async () => ['--architecture', 'vgg16'], /vgg16.*weights.*--model/],
    ['preprocessing that is none', async () => ['--preprocessing', 'cafe'], /'torchvision', 'caffe'.*"cafe"/],
    ['names of another number', async () => ['--names', listOf(2, at('names.txt'))], /names.*1000.*2/],
    ['a folder that cannot be made', async () => ['--out', await writePicture(folder(), 'out', 1)], /--out.*EEXIST/],
  ];

  async function bareNet(path: string): Promise<string> {
    await withNetwork(convReluPoolNet(), 'cpu', (net) => saveNetwork(net, path));
    return path;
  }

  function listOf(count: number, path: string): string {
    writeFileSync(path, 'one\ntwo\n'.repeat(count / 2));
    return path;
  }

  for (const [title, make, message] of models) {
    it(`refuses ${title} in one line and exits with 1`, async () => {
      const picture = await writePicture(folder(), 'a.png', 1);
      const { code, stdout, stderr } = await run(['saliency', picture, '--out', at('maps'), ...(await make())]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^deep-inside: [^\n]+\n$/);
      assert.match(stderr, message);
    });
  }

  it('refuses --decoder sharp once where that is not installed', async function () {
    if (await installedSharp('test').catch(() => null)) return this.skip();
    const { code, stdout, stderr } = await run(['classify', at('a.png'), at('b.png'), '--decoder', 'sharp']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^deep-inside: --decoder sharp needs [^\n]+npm install sharp[^\n]+\n$/);
  });
});

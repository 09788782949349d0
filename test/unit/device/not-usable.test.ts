import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as NotUsable from '#lib/device/not-usable.js';
import { repository } from '../../support/shared.js';

describe('why a device cannot be used', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'deep-inside-unusable-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  /** The module as it stands in a folder below `root`, where the last build said `summary`. */
  async function installed(at: string, summary: string | null): Promise<typeof NotUsable> {
    if (summary !== null) write(join(at, 'build/Release/build-summary.txt'), `deep-inside: ${summary}\n`);
    const module = join(root, at, 'dist/device/not-usable.js');
    write(join(at, 'package.json'), '{ "type": "module" }');
    cpSync(join(repository, 'dist/device/not-usable.js'), module);
    return (await import(pathToFileURL(module).href)) as typeof NotUsable;
  }

  const found = 'found: oneDNN 3.5.1';
  const cases: [title: string, at: string, summary: string | null, reason: string][] = [
    ['in a clone that was never built', 'clone', null, 'it was not built; run npm run build'],
    ['in a package', 'node_modules/deep-inside', null, 'it was not built; run npm rebuild deep-inside'],
    ['in the offline kit', 'work/deep-inside', null, 'it was not built; run bash run build'],
    [
      'after DEEP_INSIDE_CUDA=OFF',
      'clone',
      `building CPU only (DEEP_INSIDE_CUDA=OFF); ${found}`,
      'it was left out of the build by DEEP_INSIDE_CUDA=OFF; unset that and run npm run build',
    ],
    [
      'where something was missing',
      'clone',
      `building CPU only; ${found}, nvcc 13.0; missing: cuDNN 9 (pip install it or set CUDNN_ROOT)`,
      'it was not built; missing: cuDNN 9 (pip install it or set CUDNN_ROOT); install that, then run npm run build',
    ],
    [
      'where it did not compile',
      'clone',
      `building CPU only (the CUDA sources did not compile, see build/build.log); ${found}, nvcc 13.0`,
      'it was not built: its sources did not compile, FOLDER/clone/build/build.log says why',
    ],
  ];
  const [, , didNot, log] = cases.at(-1)!;
  cases.push(['where it did not, in the kit', 'work/deep-inside', didNot, log.replace('clone/build', 'results')]);
  for (const [title, at, summary, reason] of cases) {
    it(`says what to do: ${title}`, async () => {
      write('work/kit/commit', 'abc');
      const { whyNotBuilt } = await installed(at, summary);
      assert.equal(whyNotBuilt('cuda'), reason.replace('FOLDER', root));
    });
  }

  it('says of the CPU, too, what was missing, and nothing of what CUDA was told', async () => {
    const { whyNotBuilt } = await installed(
      'clone',
      `nothing can be built (DEEP_INSIDE_CUDA=OFF); found: nothing; missing: oneDNN`,
    );
    assert.equal(whyNotBuilt('cpu'), 'it was not built; missing: oneDNN; install that, then run npm run build');
  });

  it('says where a library was looked for that a module needs', async () => {
    const { whyNotLoaded } = await installed('clone', null);
    const said = whyNotLoaded('a.node', 'libcudnn.so.9: cannot open shared object file: No such file or directory');
    assert.match(said, /^a\.node needs libcudnn\.so\.9, which is not found \(.*in LD_LIBRARY_PATH.*\); add its folder/);
    assert.match(
      whyNotLoaded('a.node', 'undefined symbol: x'),
      /^a\.node does not load: undefined symbol: x; run npm run build/,
    );
  });
});

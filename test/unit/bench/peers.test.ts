import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importBench } from '../../support/bench.js';

type LackOfCompiler = (python: string, options?: { seconds: number }) => string | null;

describe('bench/measure/peers', () => {
  let lackOfCompiler: LackOfCompiler;
  let folder: string;
  before(async () => {
    ({ lackOfCompiler } = await importBench<{ lackOfCompiler: LackOfCompiler }>('measure', 'peers.js'));
    folder = mkdtempSync(join(tmpdir(), 'deep-inside-peers-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Something that has all modules and, asked to compile, does this. */
  function python(compiling: string): string {
    const path = join(folder, 'python');
    writeFileSync(path, `#!/bin/sh\nif [ "$1" = -c ]; then exit; fi\n${compiling}\n`, { mode: 0o755 });
    return path;
  }

  it('says why torch.compile makes nothing, or nothing where it works', () => {
    assert.equal(lackOfCompiler(python('')), null);
    assert.equal(lackOfCompiler(python('echo no Triton')), 'no Triton');
    assert.match(lackOfCompiler(python('kill -SEGV $$'))!, /ended with SIGSEGV when it was to compile$/);
    assert.equal(lackOfCompiler('/absent/python'), '/absent/python is not there');
  });

  it('does not wait for ever for a compiler that hangs, nor for what that has started', () => {
    assert.equal(
      lackOfCompiler(python('sleep 50 & sleep 50'), { seconds: 0.3 }),
      'torch.compile had not compiled one line after 0.3 s',
    );
  });
});

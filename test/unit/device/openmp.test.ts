import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const device = import.meta.resolve('#lib/device/index.js');

/** What OpenMP was told, by its own account, and what is left in the environment after loading. */
function told(env: Record<string, string>): { stderr: string; left: string } {
  const source = `import { openDevice } from '${device}'; (await openDevice('cpu')).dispose();
    console.log(process.env.GOMP_SPINCOUNT);`;
  const options = { encoding: 'utf8', env: { PATH: process.env.PATH, OMP_DISPLAY_ENV: 'VERBOSE', ...env } } as const;
  const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], options);
  return { stderr, left: stdout.trim() };
}

describe('OpenMP threads', () => {
  it('spin for a moment only, and the environment stays as it was', function () {
    const { stderr, left } = told({});
    if (!stderr.includes('GOMP_SPINCOUNT')) return this.skip(); // another OpenMP than GNU's
    assert.match(stderr, /GOMP_SPINCOUNT = '2000'/);
    assert.equal(left, 'undefined');
  });

  it('spin as the user has set', function () {
    const { stderr, left } = told({ GOMP_SPINCOUNT: '77' });
    if (!stderr.includes('GOMP_SPINCOUNT')) return this.skip();
    assert.match(stderr, /GOMP_SPINCOUNT = '77'/);
    assert.equal(left, '77');
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importBench } from '../../support/bench.js';
import { repository } from '../../support/shared.js';

interface Kept {
  kept(file: string, make: () => Promise<object>, check: (value: unknown) => void): Promise<object>;
}
interface Ceilings {
  keptCeilings(kind: string, python: string, card: Card, file: string): Promise<Record<string, number>>;
}
interface Card {
  readonly device: string;
  readonly driver: string;
}

describe('what the runs of a benchmark share', function () {
  this.timeout(60_000);
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'deep-inside-kept-'));
    file = join(folder, 'ceilings.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  describe('bench/measure/kept', () => {
    let kept: Kept['kept'];
    before(async () => ({ kept } = await importBench<Kept>('measure', 'kept.js')));

    it('makes a value once, and leaves nothing where that fails', async () => {
      const failing = () => Promise.reject(new Error('no memory'));
      await assert.rejects(
        kept(file, failing, () => undefined),
        /^Error: no memory$/,
      );
      assert.deepEqual(readdirSync(folder), []);
      const made = await kept(
        file,
        () => Promise.resolve({ peak: 1.5 }),
        () => undefined,
      );
      assert.deepEqual([made, readdirSync(folder)], [{ peak: 1.5 }, ['ceilings.json']]);
      assert.deepEqual(await kept(file, failing, () => undefined), made);
    });

    it('names the file and what is wrong with it, and leaves it as it is', async () => {
      writeFileSync(file, '{"peak": ');
      const make = () => Promise.resolve({});
      await assert.rejects(
        kept(file, make, () => undefined),
        new RegExp(`${file}: .*JSON.*; remove it, and it is made again$`),
      );
      writeFileSync(file, '{}');
      const check = () => {
        throw new Error('peak must be a number');
      };
      await assert.rejects(kept(file, make, check), {
        message: `${file}: peak must be a number; remove it, and it is made again`,
      });
      assert.equal(readFileSync(file, 'utf8'), '{}');
    });
  });

  describe('bench/measure/ceilings', () => {
    const card = { device: 'a card', driver: '1.2' };
    const known = { by: 'PyTorch', float32: 6e13, tf32: 4e14, bfloat16: 8e14, copy: 4e12 };
    let ceilings: Ceilings['keptCeilings'];
    before(async () => ({ keptCeilings: ceilings } = await importBench<Ceilings>('measure', 'ceilings.js')));
    const again = (asked: Card = card) => ceilings('cpu', '/absent/python', asked, file);
    const refuses = (content: unknown, reason: string) => {
      writeFileSync(file, JSON.stringify(content));
      return assert.rejects(again(), { message: `${file}: ${reason}; remove it, and it is made again` });
    };

    it('are measured once for a card and its driver', async () => {
      const first = await again();
      for (const name of ['float32', 'tf32', 'bfloat16', 'copy']) assert.ok(first[name]! > 0, name);
      assert.ok(existsSync(file));
      assert.deepEqual(await again(), first);
    });

    it('come from the file alone where it is there', async () => {
      writeFileSync(file, JSON.stringify({ ...card, ceilings: known }));
      assert.deepEqual(await again(), known);
    });

    it('of another card or driver are refused', async () => {
      const here = 'this is a card, driver 1.2';
      await refuses(
        { ...card, device: 'another', ceilings: known },
        `its ceilings are those of another, driver 1.2; ${here}`,
      );
      await refuses(
        { ...card, driver: '1.3', ceilings: known },
        `its ceilings are those of a card, driver 1.3; ${here}`,
      );
    });

    it('that are none are refused', async () => {
      await refuses(null, 'ceilings.float32 must be a number above 0, got undefined');
      await refuses(
        { ...card, ceilings: { ...known, tf32: '4e14' } },
        'ceilings.tf32 must be a number above 0, got 4e14',
      );
      await refuses({ ...card, ceilings: { ...known, copy: 0 } }, 'ceilings.copy must be a number above 0, got 0');
    });

    it('bench/gpu.js says in one line which file it does not take', () => {
      writeFileSync(file, JSON.stringify({ ...card, ceilings: known }));
      const args = [join(repository, 'bench', 'gpu.js'), '--device', 'cpu', '--keep', folder];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      assert.equal(status, 1);
      assert.match(
        stderr,
        /^gpu\.js: .*ceilings\.json: its ceilings are those of a card, driver 1\.2; this is [^\n]+\n$/,
      );
    });
  });
});

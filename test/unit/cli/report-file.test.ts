import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markup } from '#lib/gallery/markup.js';
import { ReportFile, sectionsLeft, unfinishedPath } from '#lib/cli/report-file.js';
import { keyOf, marked, sectionsIn, type Section } from '#lib/cli/report-sections.js';
import { temporaryFolder } from '../../support/command-line.js';

const section = (name: string, size = 0): Section => ({
  key: keyOf(name),
  text: `<p>${name} – ${'x'.repeat(size)}</p>\n`,
  times: [[`Input × ${name}`, 2.5]],
});
const [a, b, c] = [section('a'), section('b', 300_000), section('c')] as const;
const keys = [a, b, c].map(({ key }) => key);

describe('a report that is written section by section', () => {
  const folder = temporaryFolder();
  const page = () => join(folder(), 'p.html');
  const unfinished = () => readFileSync(unfinishedPath(page()), 'utf8');
  const begun = async (...sections: Section[]) => {
    const file = await ReportFile.begin(page(), markup`head\n`, []);
    for (const one of sections) await file.add(one);
    await file.close();
  };

  it('has the sections that were kept from its first moment on, and puts them in order at its end', async () => {
    await begun(c, b);
    const kept = await sectionsLeft(page(), keys);
    assert.deepEqual(kept.map(({ key, times }) => [key, times]), [b, c].map(({ key, times }) => [key, times])); // prettier-ignore
    const file = await ReportFile.begin(page(), markup`new head\n`, kept);
    assert.equal(unfinished(), `new head\n${marked(b)}${marked(c)}`);
    assert.deepEqual([file.has(a.key), file.has(b.key), file.timesOf(c.key)], [false, true, c.times]);
    await file.add(a);
    assert.equal(await file.end(keys, markup`tail`), readFileSync(page()).length);
    assert.equal(readFileSync(page(), 'utf8'), `new head\n${marked(a)}${marked(b)}${marked(c)}tail`);
    assert.deepEqual(readdirSync(folder()), ['p.html']);
  });

  it('leaves the finished page of before alone until it is done, and takes sections from it', async () => {
    await begun(a);
    writeFileSync(page(), `old ${marked(b)}tail`);
    const kept = await sectionsLeft(page(), keys);
    const file = await ReportFile.begin(page(), markup`head\n`, kept);
    await file.close();
    assert.deepEqual(kept.map(({ key }) => key), [a.key, b.key]); // prettier-ignore
    assert.equal(readFileSync(page(), 'utf8'), `old ${marked(b)}tail`);
    assert.equal(unfinished(), `head\n${marked(a)}${marked(b)}`);
  });

  it('finds sections wherever the pieces end that it is read in, and none that was cut off', async () => {
    for (let before = 2 ** 18 - 130; before <= 2 ** 18 + 10; before += 7) {
      const cut = marked(b).slice(0, 1000);
      writeFileSync(page(), `${'.'.repeat(before)}${marked(a)}${cut}${marked(c)}tail`);
      const found = await sectionsIn(page());
      assert.deepEqual(found.map(({ key }) => key), [a.key, c.key], `behind ${before} bytes`); // prettier-ignore
      assert.equal(found[0]!.start, before);
    }
  });

  it('refuses to overlook what it cannot read', async () => {
    assert.deepEqual(await sectionsIn(page()), []);
    await assert.rejects(sectionsIn(folder()), {
      code: 'ERR_IO',
      message: /--resume: cannot read .*go without, or name/,
    });
  });
});

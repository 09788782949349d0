import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { commandTimeout, run } from '../support/command-line.js';
import { repository } from '../support/shared.js';

/** $CHROMIUM, or the first browser of the kind on the path. */
function browserHere(): string | null {
  const named = process.env['CHROMIUM'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    folders.map((at) => join(at, name)),
  );
  return places.find((place) => existsSync(place)) ?? null;
}

/** A page as a reader has it, and what the browser has to say of it. */
interface Reading {
  readonly page: Page;
  /** What was asked for beside the file itself and what it holds. */
  readonly requests: string[];
  readonly complaints: string[];
}

const executablePath = browserHere();
/** The offline kit goes without it. */
const driven = existsSync(join(repository, 'node_modules', 'playwright-core'));
const why = driven
  ? 'no chromium on the path; apt-get install chromium, or set CHROMIUM to a browser of the kind'
  : 'no playwright-core; npm install brings it';

describe('the page of deep-inside report, in a browser', function () {
  this.timeout(commandTimeout);
  if (executablePath === null || !driven) {
    it(`skipped: ${why}`);
    return;
  }
  let folder: string;
  let browser: Browser;
  const file = () => join(folder, 'report.html');

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'deep-inside-browser-'));
    const [photo, broken] = [
      join(folder, `<img src=x onerror="alert(1)">.jpg`),
      join(folder, 'a-name-that-is-far-too-long-for-a-line'.repeat(4) + '.png'),
    ];
    writeFileSync(photo, readFileSync(join(repository, 'examples', 'images', 'airliner.jpg')));
    writeFileSync(broken, 'no image');
    const methods = ['gradient', 'occlusion'].flatMap((method) => ['--method', method]);
    const more = [join(repository, 'examples', 'images', 'trail-motorcycle.jpg'), broken];
    const { code, stderr } = await run(['report', photo, ...more, ...methods, '--class-model', '1', '--out', file()]);
    assert.equal(code, 1, stderr);
    const { chromium } = await import('playwright-core');
    // As root Chromium runs only without its sandbox.
    browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(width: number, colorScheme: 'light' | 'dark', path = file()): Promise<Reading> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, offline: true });
    const page = await context.newPage();
    const [requests, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => {
      if (!request.url().startsWith('data:') && request.url() !== pathToFileURL(path).href)
        requests.push(request.url());
    });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    await page.goto(pathToFileURL(path).href, { waitUntil: 'load' });
    return { page, requests, complaints };
  }

  for (const width of [360, 1280]) {
    for (const scheme of ['light', 'dark'] as const) {
      it(`opens from disk without network at ${width} pixels, ${scheme}: all pictures, no complaint, nothing beyond the rim`, async () => {
        const { page, requests, complaints } = await opened(width, scheme);
        const seen = await page.evaluate(async () => {
          await Promise.all([...document.images].map((image) => image.decode()));
          const { scrollWidth, clientWidth } = document.documentElement;
          return {
            blank: [...document.images].filter((image) => image.naturalWidth === 0).length,
            pictures: document.images.length,
            beyond: scrollWidth - clientWidth,
            beyondCards: [...document.querySelectorAll('.card *')].filter(
              (one) => one.getBoundingClientRect().right > one.closest('.card')!.getBoundingClientRect().right,
            ).length,
            page: getComputedStyle(document.body).backgroundColor,
            ink: getComputedStyle(document.body).color,
            unfinished: getComputedStyle(document.querySelector('.unfinished')!).display,
          };
        });
        assert.deepEqual([requests, complaints], [[], []]);
        assert.deepEqual([seen.blank, seen.beyond, seen.beyondCards, seen.unfinished], [0, 0, 0, 'none']);
        assert.equal(seen.pictures, 2 + 2 + 2 * (1 + 4 + 4) + 1);
        const light = (colour: string) => Number(/\d+/.exec(colour)![0]);
        assert.equal(light(seen.page) > light(seen.ink), scheme === 'light');
        await page.context().close();
      });
    }
  }

  it('has a name for every picture, a head for every table, and headings in order', async () => {
    const { page } = await opened(1280, 'light');
    const found = await page.evaluate(() => ({
      nameless: [...document.images].filter((image) => image.alt === '' && image.closest('a')?.textContent === '')
        .length,
      headless: [...document.querySelectorAll('table')].filter((one) => !one.caption || !one.querySelector('th[scope]'))
        .length,
      levels: [...document.querySelectorAll('h1, h2, h3')].map((one) => Number(one.tagName[1])),
      dead: [...document.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')].filter(
        (one) => !document.querySelector(one.hash),
      ).length,
      language: document.documentElement.lang,
      tags: document.querySelectorAll('img[onerror], script').length,
    }));
    assert.deepEqual([found.nameless, found.headless, found.dead, found.language, found.tags], [0, 0, 0, 'en', 0]);
    found.levels.forEach((level, i) => assert.ok(level <= (found.levels[i - 1] ?? 0) + 1, `${found.levels}`));
  });

  it('prints with its colours and without what is for screens', async () => {
    const { page } = await opened(1280, 'dark');
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    const styles = await page.evaluate(() => ({
      back: getComputedStyle(document.querySelector('.back')!).display,
      page: getComputedStyle(document.body).backgroundColor,
    }));
    assert.deepEqual(styles, { back: 'none', page: 'rgb(255, 255, 255)' });
    assert.ok((await page.pdf({ format: 'A4' })).length > 10_000);
  });

  it('shows what there is of a page that ends early, and says so', async () => {
    const cut = join(folder, 'cut.html');
    const text = readFileSync(file(), 'utf8');
    writeFileSync(cut, text.slice(0, text.lastIndexOf('<article') + 300));
    const { page, complaints } = await opened(360, 'light', cut);
    assert.deepEqual(complaints, []);
    assert.ok(await page.locator('.unfinished').isVisible());
    assert.ok(await page.locator('article').first().locator('.pair img').first().isVisible());
  });
});

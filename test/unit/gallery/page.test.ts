import assert from 'node:assert/strict';
import { article } from '#lib/gallery/article.js';
import type { Article, Entry, Head, Picture, Tail } from '#lib/gallery/data.js';
import { pageHead, pageTail } from '#lib/gallery/page.js';
import { markup } from '#lib/gallery/markup.js';
import { modelHeading, modelPictures } from '#lib/gallery/sections.js';
import { duration, percent } from '#lib/gallery/parts.js';

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVQIHWNgAAAAAgABz8g15QAAAABJRU5ErkJggg==';
const picture: Picture = { src: pixel, width: 3, height: 2 };
const hostile = `"><img src=x onerror=alert(1)>'&.jpg`;
const guess = { class: 7, name: 'cock', score: 12.345, posterior: 0.5 };

const entry = (id: string, more: Partial<Entry> = {}): Entry => ({
  ...{ id, file: `${id}.jpg`, thumbnail: picture, best: guess, problem: null },
  ...more,
});

const head: Head = {
  title: 'What SqueezeNet saw',
  date: '29 November 2026',
  entries: [
    entry('image-1'),
    entry('image-2', { file: hostile, thumbnail: null, best: null, problem: `${hostile}: no image` }),
  ],
  legends: { oneSided: picture, diverging: picture },
};

const shown: Article = {
  id: 'image-1',
  file: hostile,
  size: [20, 30],
  sha256: 'ab'.repeat(32),
  photograph: picture,
  guesses: [guess, { class: 8, name: null, score: -1, posterior: 0.00001 }],
  maps: [
    {
      of: { ...guess, name: hostile },
      figures: [{ title: 'Gradient', heat: picture, overlay: picture, milliseconds: 12.34, note: null }],
    },
  ],
  unit: {
    layer: hostile,
    channel: 3,
    row: 1,
    col: 2,
    activation: 4.5,
    pictures: [
      { title: 'What it looked at', picture, milliseconds: null, zero: false },
      { title: 'DeconvNet', picture, milliseconds: 5, zero: true },
    ],
  },
};

const models = markup`${modelHeading('by preset <robust>')}
${modelPictures([{ name: hostile, picture, posterior: 0.9, milliseconds: 3e4 }])}`;

const tail: Tail = {
  methods: [{ title: 'Gradient', text: 'what <it> is', source: 'Sect. 3.1' }],
  settings: [{ name: 'network', value: hostile }],
  timings: [{ title: hostile, count: 2, median: 12.3, first: 45.6 }],
  problems: [`${hostile}: gone`],
};

/** Names of the tags that are open, once all is read. */
function open(text: string): string[] {
  const stack: string[] = [];
  const empty = ['meta', 'img', 'link', 'br'];
  for (const [, slash, name] of text.replace(/<style>.*?<\/style>/s, '').matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (slash) assert.equal(stack.pop(), name);
    else if (!empty.includes(name!)) stack.push(name!);
  }
  return stack;
}

describe('the page of a report', () => {
  const whole = pageHead(head).text + article(shown).text + models.text + pageTail(tail).text;

  it('closes what it opens, and leaves only main open for articles', () => {
    assert.deepEqual(open(pageHead(head).text), ['html', 'body', 'main']);
    assert.deepEqual(open(article(shown).text), []);
    assert.deepEqual(open(whole), []);
  });

  it('has nothing in it that a browser would fetch or run', () => {
    assert.ok(
      !/<script|<iframe|<object|<link(?! rel="icon" href="data:,")|@import|url\(|srcset|\son\w+=/i.test(
        whole.replaceAll('onerror=alert', ''),
      ),
    );
    const sources = [...whole.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]!);
    assert.ok(sources.length > 8);
    for (const source of sources) assert.match(source, /^(data:|#)/);
    assert.match(whole, /http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:/);
  });

  it('shows names of files and classes as text, wherever they stand', () => {
    assert.ok(!whole.includes('<img src=x'));
    assert.equal(whole.split('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;.jpg').length - 1, 19);
  });

  it('gives every picture its size and what it shows; the overview leaves that to the name beside it', () => {
    const pictures = whole.match(/<img [^>]*>/g)!;
    assert.equal(pictures.length, 1 + 2 + 1 + 2 + 2 + 1);
    for (const tag of pictures) assert.match(tag, /width="3" height="2" alt="/);
    assert.equal(pictures.filter((tag) => tag.includes('alt=""')).length, 1);
  });

  it('links each image that has an article, and lists those that have none with the reason', () => {
    assert.match(whole, /<a href="#image-1">.*cock.*50\.0\u00a0%.*image-1\.jpg/s);
    assert.ok(!whole.includes('href="#image-2"'));
    assert.match(whole, /One file is not shown:.*: no image/s);
  });

  it('says on paper what the numbers are', () => {
    assert.match(whole, /30 × 20 pixels/);
    assert.match(whole, /class 8 .*-1\.00.*&lt;\u00a00\.1\u00a0%/s);
    assert.match(whole, /Channel 3 at row 1, column 2, activation 4\.50/);
    assert.match(whole, /DeconvNet<\/b> · 5\.00\u00a0ms · nothing comes through/);
    assert.match(whole, /30\.0\u00a0s/);
  });

  it('tells that it ends early until its tail is there', () => {
    assert.ok(pageHead(head).text.includes('class="alert unfinished"'));
    assert.ok(pageHead(head).text.includes('body:has(#end) .unfinished { display: none; }'));
    assert.ok(!(pageHead(head).text + article(shown).text).includes('id="end"'));
    assert.ok(pageTail(tail).text.includes('id="end"'));
  });

  it('leaves out sections that have nothing to show', () => {
    assert.ok(!pageTail({ ...tail, problems: [] }).text.includes('class="alert"'));
    assert.ok(!article({ ...shown, unit: null }).text.includes('strongest unit'));
  });
});

describe('numbers on the page', () => {
  it('are as precise as they are worth', () => {
    const durations = [1.234, 12.6, 999, 999.6, 12_345, 600_000].map(duration);
    assert.deepEqual(durations, [
      '1.23\u00a0ms',
      '12.6\u00a0ms',
      '999\u00a0ms',
      '1.00\u00a0s',
      '12.3\u00a0s',
      '600\u00a0s',
    ]);
    assert.deepEqual([0.9994, 0.0123, 0.0004].map(percent), ['99.9\u00a0%', '1.2\u00a0%', '<\u00a00.1\u00a0%']);
  });
});

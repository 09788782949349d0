import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fontOf, spelt, widthOf } from '#lib/image/glyphs.js';
import { drawLine, wrapped, type Canvas } from '#lib/image/text.js';
import { readJson, repository } from '../../support/shared.js';

const font = fontOf(14);

describe('fontOf', () => {
  it('has every printable character of ASCII and Latin-1, in glyphs that are not empty', () => {
    const codes = [...Array.from({ length: 94 }, (_, i) => 33 + i), ...Array.from({ length: 95 }, (_, i) => 161 + i)];
    for (const size of [14, 20] as const) {
      const { glyphs, coverage, stride, height } = fontOf(size);
      for (const code of codes.filter((one) => one !== 0xad)) {
        const [x, y, width, , advance] = glyphs[String.fromCharCode(code)]!;
        const rows = Array.from({ length: height }, (_, row) =>
          coverage.subarray((y + row) * stride + x).subarray(0, width),
        );
        assert.ok(
          rows.some((row) => row.some((level) => level > 100)),
          `U+${code.toString(16)} of ${size}`,
        );
        assert.ok(x + width <= stride && advance > 0);
      }
    }
  });

  it('is small, and has its licence beside it', () => {
    assert.ok(statSync(join(repository, 'fonts', 'dejavu-sans.png')).size < 40_000);
    assert.match(
      readFileSync(join(repository, 'fonts', 'LICENCE'), 'utf8'),
      /Bitstream.*Permission is hereby granted/s,
    );
  });

  it("can spell all names of ImageNet's classes", () => {
    const classes = readJson<{ name: string }[]>(join(repository, 'models', 'imagenet-classes.json'));
    assert.equal(classes.length, 1000);
    for (const { name } of classes) assert.equal(spelt(font, name), name);
  });
});

describe('spelt', () => {
  const cases: [text: string, spelt: string][] = [
    ['naïve café', 'naïve café'],
    ['cafe\u0301', 'café'],
    ['Škoda Čapek', 'Skoda Capek'],
    ['東京 😀', '□□ □'],
    ['  two\n\tlines\u0007 ', 'two lines'],
    ['ﬁne ①', 'fine 1'],
    ['constructor', 'constructor'],
  ];
  for (const [text, expected] of cases) {
    it(`makes ${JSON.stringify(text)} of what there is`, () => assert.equal(spelt(font, text), expected));
  }
});

describe('wrapped', () => {
  const width = (text: string) => widthOf(font, text);

  it('leaves what fits as it is, and nothing of nothing', () => {
    assert.deepEqual(wrapped(font, 'school bus', width('school bus'), 2), ['school bus']);
    assert.deepEqual(wrapped(font, ' ', 100, 2), []);
  });

  it('breaks between words, behind hyphens and behind slashes', () => {
    assert.deepEqual(wrapped(font, 'school bus', width('school bus') - 1, 2), ['school', 'bus']);
    assert.deepEqual(wrapped(font, 'black-and-tan coonhound', width('black-and-tan c'), 2), [
      'black-and-tan',
      'coonhound',
    ]);
    assert.deepEqual(wrapped(font, 'airliners-at-the-gate.jpg', width('airliners-at-the-ga'), 2), [
      'airliners-at-the-',
      'gate.jpg',
    ]);
    assert.deepEqual(wrapped(font, 'fire5/concat', width('fire5/con'), 2), ['fire5/', 'concat']);
  });

  it('breaks within words that are longer than a line', () => {
    assert.deepEqual(wrapped(font, 'IMGIMGIMG', width('IMGIM'), 2), ['IMGIM', 'GIMG']);
    assert.deepEqual(wrapped(font, 'ab', 1, 5), ['a', 'b']);
  });

  it('cuts short what is longer than all lines, with an ellipsis that fits', () => {
    const lines = wrapped(font, 'one two three four five six', width('one two t'), 2);
    assert.deepEqual(lines, ['one two', 'three f…']);
    for (const line of lines) assert.ok(width(line) <= width('one two t'));
  });
});

describe('drawLine', () => {
  const canvas = (rows: number, width: number): Canvas => ({ data: new Uint8Array(rows * width * 3).fill(255), width });

  it('draws the ink of each glyph, and blends its edges', () => {
    const there = canvas(18, 40);
    drawLine(there, font, 'I', 0, 3, 0);
    const [x, y, width, before] = font.glyphs['I']!;
    for (let row = 0; row < 18; row++) {
      for (let col = 0; col < width; col++) {
        const ink = font.coverage[(y + row) * font.stride + x + col]!;
        assert.equal(there.data[(row * 40 + 3 + before + col) * 3 + 1], 255 - ink);
      }
    }
  });

  it('leaves out what lies beyond the rim', () => {
    for (const [top, left] of [
      [-9, -5],
      [9, 30],
      [-40, 0],
      [40, 0],
      [0, 400],
    ] as const) {
      const there = canvas(18, 40);
      drawLine(there, font, 'WWWW', top, left, 0);
      assert.equal(there.data.length, 18 * 40 * 3);
      // a pixel of a row never shows up in the next
      if (left === 30) for (let row = 0; row < 18; row++) assert.equal(there.data[row * 40 * 3], 255);
      if (Math.abs(top) === 40 || left === 400) assert.ok(there.data.every((level) => level === 255));
    }
  });
});

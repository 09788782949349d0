import assert from 'node:assert/strict';
import { poolWindows, windows, type Window } from '#lib/layers/window.js';

const plain: Window = { kernel: [3, 3], stride: [2, 2], pad: [0, 0, 0, 0], rounding: 'floor' };
const count = (size: number, window: Partial<Window>) =>
  windows('layer', [1, 1, size, size], { ...plain, ...window })[0];

describe('windows', () => {
  const cases: [title: string, size: number, window: Partial<Window>, expected: number][] = [
    ["the paper's conv1: 224, 11 / 4, 3 after", 224, { kernel: [11, 11], stride: [4, 4], pad: [0, 0, 3, 3] }, 55],
    ["CNN-F's conv1: 224, 11 / 4", 224, { kernel: [11, 11], stride: [4, 4] }, 54],
    ['a kernel as large as the input', 3, {}, 1],
    ['55, 3 / 2 exactly', 55, {}, 27],
    ['113, 3 / 2, floor', 113, {}, 56],
    ['114, 3 / 2, floor: the last pixel is left out', 114, {}, 56],
    ['114, 3 / 2, ceil: it gets a window', 114, { rounding: 'ceil' }, 57],
    ['113, 3 / 2, ceil where nothing is left', 113, { rounding: 'ceil' }, 56],
    [
      '4, 1 / 3, ceil: the last window starts on the last pixel',
      4,
      { kernel: [1, 1], stride: [3, 3], rounding: 'ceil' },
      2,
    ],
    [
      '3, 1 / 3, ceil: dropped, since it starts after the input',
      3,
      { kernel: [1, 1], stride: [3, 3], rounding: 'ceil' },
      1,
    ],
    [
      '5, 3 / 2, pad 1, ceil: dropped, since it starts in the padding after',
      5,
      { pad: [1, 1, 1, 1], rounding: 'ceil' },
      3,
    ],
    ['6, 3 / 2, pad 1, ceil: starts on the last pixel', 6, { pad: [1, 1, 1, 1], rounding: 'ceil' }, 4],
    ['dilation 2 makes 3 reach 5', 5, { dilation: [2, 2] }, 1],
  ];
  for (const [title, size, window, expected] of cases) it(title, () => assert.equal(count(size, window), expected));

  it('counts rows and columns with their own numbers', () => {
    const window = { ...plain, kernel: [2, 3], stride: [1, 2], pad: [1, 0, 0, 2] } as const;
    assert.deepEqual(windows('layer', [1, 1, 4, 5], window), [4, 3]);
  });

  it('refuses an input that is smaller than the window, with both sizes', () => {
    assert.throws(() => count(2, {}), {
      code: 'ERR_SHAPE',
      message: 'layer: the input must be at least 3 x 3 pixels with its padding [0, 0, 0, 0], got [1, 1, 2, 2]',
    });
  });

  it('refuses pooling windows that lie in the padding alone', () => {
    const window = { ...plain, pad: [0, 0, 3, 0] } as const;
    assert.throws(() => poolWindows('pool', [1, 1, 9, 9], window), {
      code: 'ERR_SHAPE',
      message: /padded by less than/,
    });
    assert.deepEqual(poolWindows('pool', [1, 1, 9, 9], { ...plain, pad: [0, 0, 2, 0] }), [5, 4]);
  });
});

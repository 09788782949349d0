import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readClassNames } from '#lib/net/class-names-file.js';
import { checkClassNames, classesFor, classIndex } from '#lib/net/class-names.js';
import { temporaryFolder } from '../../support/command-line.js';
import { fixture } from '../../support/shared.js';

const imagenet = checkClassNames('test', await readClassNames('test', 'imagenet'), 1000);
const index = (cls: unknown) => classIndex('saliency', imagenet, cls);

describe('class names', () => {
  it('of ImageNet are 1000, in the order of their WNIDs', () => {
    const wnids = imagenet.map(({ wnid }) => wnid);
    assert.deepEqual(wnids, [...wnids].sort());
    assert.deepEqual(imagenet[1], { name: 'goldfish', wnid: 'n01443537' });
  });

  it('mean their index by name in any case, by WNID and by index', () => {
    assert.deepEqual(['goldfish', 'GoldFish', 'n01443537', 1].map(index), [1, 1, 1, 1]);
  });

  it('that differ in case alone are told apart by it', () => {
    assert.deepEqual(['Cardigan', 'cardigan'].map(index), [264, 474]);
  });

  it('that fit several classes are refused with the indices', () => {
    assert.throws(() => index('crane'), {
      code: 'ERR_ARGUMENT',
      message: 'saliency: class "crane" fits 134 (n02012849) and 517 (n03126707); give the index or the WNID',
    });
  });

  it('that nobody has are refused with the nearest', () => {
    assert.throws(() => index('goldfihs'), {
      code: 'ERR_ARGUMENT',
      message: /got "goldfihs"; did you mean "goldfish"/,
    });
  });

  it('are asked for where the network has none', () => {
    const unnamed = [{ name: null, wnid: null }];
    assert.throws(() => classIndex('saliency', unnamed, 'cat'), {
      message: /no names; load it with names, or give the index/,
    });
  });

  for (const wrong of [1000, -1, 1.5, NaN, null, true]) {
    it(`refuses the index ${wrong}`, () =>
      assert.throws(() => index(wrong), {
        code: 'ERR_ARGUMENT',
        message: `saliency: class must be an integer from 0 to 999 or a class name, got ${wrong} (classes count from 0 here, from 1 in the ILSVRC kit)`,
      }));
  }

  it('must be as many as the classes', () => {
    assert.throws(() => checkClassNames('loadNetwork', ['a'], 2), {
      code: 'ERR_ARGUMENT',
      message: "loadNetwork: names must list the network's 2 classes, each as a name or { name, wnid }, got 1",
    });
    assert.throws(() => checkClassNames('loadNetwork', ['a', 5], 2), {
      code: 'ERR_ARGUMENT',
      message: /names\[1\] must be/,
    });
    assert.throws(() => checkClassNames('loadNetwork', 5, 2), { code: 'ERR_ARGUMENT', message: /names must be/ });
  });

  for (const [title, entry, got] of [
    ['a pair', ['n01440764', 'tench'], '["n01440764", "tench"]'],
    ['an object with neither', { label: 'tench' }, 'an object with keys label'],
    ['null', null, 'null'],
    ['a name that is no text', { name: 5 }, 'an object with keys name'],
  ] as const) {
    it(`are refused where an entry is ${title}`, () =>
      assert.throws(() => checkClassNames('loadNetwork', ['a', entry], 2), {
        code: 'ERR_ARGUMENT',
        message: `loadNetwork: names[1] must be a name or { name, wnid }, got ${got}`,
      }));
  }

  it('are refused where the array has holes', () =>
    assert.throws(() => checkClassNames('loadNetwork', new Array(2), 2), { message: /names\[0\] must be.*undefined/ }));

  it('are told in short where an object came', () => {
    const keras = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i, ['n01440764', 'tench']]));
    assert.throws(() => checkClassNames('loadNetwork', keras, 1000), {
      message: /an array with a name or \{ name, wnid \} for each class, got .* keys 0, 1, 2, \.\.\. \(1000 of them\)$/,
    });
  });

  it('may lack a name or a WNID', () => {
    assert.deepEqual(checkClassNames('test', ['a', { wnid: 'n00000001' }], 2), [
      { name: 'a', wnid: null },
      { name: null, wnid: 'n00000001' },
    ]);
  });

  it('from a file that is not there are an ERR_IO', () =>
    assert.rejects(readClassNames('loadNetwork', 'nowhere.txt'), {
      code: 'ERR_IO',
      message: /loadNetwork: names: ENOENT/,
    }));
});

describe('a file of class names', () => {
  const folder = temporaryFolder();
  const read = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder(), name), content);
    return readClassNames('test', join(folder(), name));
  };

  it('is text with a line for each class, or a JSON array', async () => {
    assert.deepEqual(await read('a.txt', '\ufeffn01440764 tench\r\n\r\na\u2028b\n'), [
      { name: 'tench', wnid: 'n01440764' },
      { name: null, wnid: null },
      { name: 'a\u2028b', wnid: null },
    ]);
    assert.deepEqual(await read('a.JSON', '\ufeff["a", { "wnid": "n01440764" }]'), ['a', { wnid: 'n01440764' }]);
  });

  const refused: [title: string, name: string, content: string | Uint8Array, message: RegExp][] = [
    [
      'an image',
      'a.txt',
      readFileSync(fixture('image', '420.jpg')),
      /a\.txt: .*UTF-8 text with a line .*got an image$/,
    ],
    ['an archive', 'a.txt', Buffer.from('PK\x03\x04\0\0'), /UTF-8 text with a line .*got a zip archive$/],
    ['an image as JSON', 'a.json', readFileSync(fixture('image', '420.jpg')), /a\.json: .*UTF-8 text.*got an image$/],
    ['null', 'a.json', 'null', /a\.json: class names must be a JSON array with a name or .*got null$/],
    [
      'an object',
      'a.json',
      '{"0": ["n01440764", "tench"]}',
      /a JSON array with a name or .*got an object with keys 0$/,
    ],
    ['what is no JSON', 'a.json', 'tench\n', /a JSON array with a name or .*got Unexpected token/],
  ];
  for (const [title, name, content, message] of refused) {
    it(`must not be ${title} (${name})`, () => assert.rejects(read(name, content), { code: 'ERR_FORMAT', message }));
  }
});

describe('classesFor', () => {
  const of = (cls: Parameters<typeof classesFor>[2]) => classesFor('saliency', imagenet, cls, 3);

  it('is the highest-scoring class where none is given', () =>
    assert.deepEqual(of(undefined), { indices: [-1], several: false }));
  it('is one class', () => assert.deepEqual(of('goldfish'), { indices: [1], several: false }));
  it('is several classes, be it one of them', () => assert.deepEqual(of([7]), { indices: [7], several: true }));
  it("asks a function for the image's index", () =>
    assert.deepEqual(
      of((i) => [i, i + 1]),
      { indices: [3, 4], several: true },
    ));
  it('refuses none', () =>
    assert.throws(() => of([]), { code: 'ERR_ARGUMENT', message: /array of at least one, got \[\]/ }));
});

import type { FileRecord } from '#lib/cli/record.js';

const facts = { sha256: '0'.repeat(64), bytes: 3 };

/** A record of a saliency map, which lies nowhere. */
export const aRecord: FileRecord = {
  command: 'saliency',
  label: '7',
  started: '2026-01-02T03:04:05.678Z',
  options: { class: [7], rule: 'guided', tenCrops: true, tune: false },
  files: { model: { path: null, given: null, ...facts } },
  externalFiles: [],
  image: { path: '../cat.jpg', given: 'cat.jpg', ...facts },
  images: [],
  failed: [],
  network: { inputShape: [3, 227, 227], classes: 1000 },
  result: { predictions: [{ class: 7, score: 1.5 }] },
  outputs: { map: { path: 'cat.7.map.npy', ...facts } },
  environment: {
    ...{ version: '0.1.0', node: 'v20.0.0', zlib: '1.3', platform: 'linux-x64', sharp: null },
    device: { kind: 'cpu', name: 'a processor', threads: 2, libraries: 'oneDNN 2.6.3', module: 'f'.repeat(64) },
  },
};

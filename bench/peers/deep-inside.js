/**
 * This library through its public API: node deep-inside.js [--device cpu] [--precision float32] CONFIGURATION...
 * ('default', 'tuned').
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import ndarray from 'ndarray';
import { classModel, loadNetwork, openDevice, saliency } from 'deep-inside';
import { centred } from '../measure/ascent.js';
import { play } from './contestant.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const options = { default: {}, tuned: { tune: true } };
const flags = { device: { type: 'string', default: 'cpu' }, precision: { type: 'string', default: 'float32' } };
const { values, positionals: configurations } = parseArgs({ options: flags, allowPositionals: true });
const { device: kind, precision } = values;

const works = {
  maps(net, { data, shape }, classes) {
    const batch = shape[0] === 1 ? ndarray(data, shape.slice(1)) : ndarray(data, shape);
    return async () => (await saliency(net, batch, (i) => classes[i][0])).data;
  },
  classes(net, { data, shape }, [classes]) {
    const input = ndarray(data, shape.slice(1));
    return async () => joined(await saliency(net, input, classes));
  },
  tenCrops(net, { shape: [, channels, rows, cols], image }, [[one]]) {
    const picture = ndarray(image, [rows, cols, channels]);
    return async () => (await saliency(net, picture, one, { tenCrops: true })).data;
  },
  scores(net, { data, shape }) {
    return async () => (await net.forward(ndarray(data, shape))).data;
  },
  models(net, batch, classes, ascent) {
    const wanted = classes.map(([one]) => one);
    const plain = { optimiser: 'plain', schedule: 'constant', score: 'class', ...ascent };
    return async () => centred(await classModel(net, wanted, plain), net.preprocessing);
  },
};

function joined(maps) {
  const all = new Float32Array(maps.length * maps[0].data.length);
  maps.forEach((map, i) => all.set(map.data, i * map.data.length));
  return all;
}

await play(async (path, threads) => {
  const device = await openDevice(kind, kind === 'cpu' ? { threads } : {});
  const nets = new Map();
  for (const name of configurations) nets.set(name, await loadNetwork(path, { device, precision, ...options[name] }));
  return {
    description: {
      name: 'deep-inside',
      version,
      configurations: {
        maps: configurations,
        classes: configurations,
        tenCrops: configurations,
        scores: configurations,
        models: configurations,
      },
    },
    prepare: (work, configuration, ...request) => works[work](nets.get(configuration), ...request),
    memory: () => ({ ...device.memory(), resident: process.memoryUsage().rss }),
    async dispose() {
      for (const net of nets.values()) await net.dispose();
      device.dispose();
    },
  };
});

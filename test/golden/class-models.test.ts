import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { classify, classModel, loadNetwork, readImage, writeImage, type Network } from '#lib/index.js';
import { temporaryFolder } from '../support/command-line.js';
import { describeOnDevices } from '../support/devices.js';
import { loadedFor } from '../support/loaded.js';
import { dataPack, repository } from '../support/shared.js';

const classes = ['goldfish', 'zebra', 'school bus', 'monarch', 'teapot', 'Chihuahua'];

/** The data pack has photographs of all six; the package's own show none of them. */
const folder = dataPack === null ? join(repository, 'examples', 'images') : join(dataPack, 'images');
const ofClasses = new RegExp(classes.map((name) => name.replace(' ', '_')).join('|'));
const photographs = readdirSync(folder).filter((name) => (dataPack === null ? /\.jpg$/ : ofClasses).test(name));

describeOnDevices('class models of the network in the box', (kind) => {
  const net = loadedFor(() => loadNetwork(undefined, { device: kind }));
  const work = temporaryFolder();

  async function scoresAt(network: Network, path: string): Promise<number[]> {
    const all = await classify(network, await readImage(path), { top: 1000 });
    return classes.map((name) => all.find((one) => one.name === name)!.score);
  }

  /** Of some classes the zero image excites a few positions of the last layer only, so that Eq. 1 takes hundreds of steps. */
  const asked = { paper: ['goldfish', 'zebra'], robust: classes };
  for (const preset of ['paper', 'robust'] as const) {
    it(`${preset}: as PNGs they score higher than any photograph`, async () => {
      const ofPhotographs: number[][] = [];
      for (const name of photographs) ofPhotographs.push(await scoresAt(net(), join(folder, name)));
      const models = await classModel(net(), asked[preset], { preset, steps: 60 });
      for (const [i, { image, scoreOfImage, settings }] of models.entries()) {
        const path = join(work(), `${i}.png`);
        await writeImage(path, image);
        const score = (await scoresAt(net(), path))[i]!;
        if (settings.score === 'class') assert.ok(Math.abs(score - scoreOfImage) <= 1e-4 * score);
        const best = Math.max(...ofPhotographs.map((scores) => scores[i]!));
        assert.ok(score > best, `${classes[i]}: ${score}, of a photograph ${best}`);
      }
    });
  }
});

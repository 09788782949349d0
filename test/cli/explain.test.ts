import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  classify,
  gradCam,
  heatMap,
  inputTimesGradient,
  integratedGradients,
  loadNetwork,
  occlusion,
  overlay,
  readImage,
  smoothGrad,
  toImageFrame,
  type Completeness,
  type Image,
  type Network,
  type SaliencyMap,
} from '#lib/index.js';
import { commandTimeout, objectsOf, run, temporaryFolder } from '../support/command-line.js';
import { loadedFor } from '../support/loaded.js';
import { readNpy } from '../support/npy.js';
import { writePicture } from '../support/pictures.js';

interface FileReport {
  readonly predictions: readonly { readonly class: number; readonly completeness?: Completeness }[];
  readonly outputs: readonly string[];
}

describe('deep-inside explain', function () {
  this.timeout(commandTimeout);
  const folder = temporaryFolder();
  const network = loadedFor(() => loadNetwork());
  const out = () => join(folder(), 'out');

  const methods: [name: string, flags: string, map: (net: Network, img: Image) => Promise<SaliencyMap>][] = [
    [
      'input-times-gradient',
      '--score unclipped',
      (net, img) => inputTimesGradient(net, img, 7, { score: 'unclipped' }),
    ],
    [
      'smooth-grad',
      '--variant variance --samples 3 --noise 0.2 --seed 4',
      (net, img) => smoothGrad(net, img, 7, { variant: 'variance', samples: 3, noise: 0.2, seed: 4 }),
    ],
    [
      'smooth-grad',
      '--samples 2 --signed --frame image',
      (net, img) => smoothGrad(net, img, 7, { samples: 2, signed: true, frame: 'image' }),
    ],
    ['integrated-gradients', '--steps 4', (net, img) => integratedGradients(net, img, 7, { steps: 4 })],
    ['grad-cam', '--layer fire5/concat', (net, img) => gradCam(net, img, 7, { layer: 'fire5/concat' })],
    ['occlusion', '--window 112 --stride 56', (net, img) => occlusion(net, img, 7, { window: 112, stride: 56 })],
  ];
  for (const [method, flags, mapOf] of methods) {
    it(`--method ${method} ${flags} writes the values and pictures of the function`, async () => {
      const file = await writePicture(folder(), 'cat.png', 1);
      const options = [...flags.split(' '), '--class', '7', '--out', out()];
      const { code, stderr } = await run(['explain', file, '--method', method, ...options, '--json']);
      assert.deepEqual([code, stderr], [0, '']);
      const base = `cat.${method}.7`;
      const endings = ['explain.json', 'map.npy', 'map.png', 'overlay.png'];
      assert.deepEqual(readdirSync(out()), endings.map((ending) => `${base}.${ending}`)); // prettier-ignore
      const img = await readImage(file);
      const map = await mapOf(network(), img);
      const { shape, data } = readNpy(join(out(), `${base}.map.npy`));
      assert.deepEqual([shape, data], [map.shape, map.data]);
      const drawn = flags.includes('image') ? map : toImageFrame(network(), map, img);
      const signed = flags.includes('signed') || !['smooth-grad', 'grad-cam'].includes(method);
      const heat = heatMap(drawn, signed ? { colours: 'diverging' } : {});
      assert.deepEqual((await readImage(join(out(), `${base}.map.png`))).data, heat.data);
      assert.deepEqual((await readImage(join(out(), `${base}.overlay.png`))).data, overlay(img, heat).data);
    });
  }

  it('tells the completeness of integrated gradients, from the baseline that is named', async () => {
    const file = await writePicture(folder(), 'cat.png', 1);
    const baseline = await writePicture(folder(), 'grey.png', 2);
    const options = ['--steps', '4', '--baseline', baseline, '--top', '2', '--out', out()];
    const { stdout } = await run(['explain', file, '--method', 'integrated-gradients', ...options, '--json']);
    const [{ predictions, outputs }] = objectsOf<FileReport>(stdout) as [FileReport];
    const [img, from] = [await readImage(file), await readImage(baseline)];
    const classes = (await classify(network(), img, { top: 2 })).map((prediction) => prediction.class);
    const maps = await integratedGradients(network(), img, classes, { steps: 4, baseline: from });
    assert.deepEqual(
      predictions.map(({ class: index, completeness }) => [index, completeness]),
      maps.map((map, i) => [classes[i], map.completeness[0]]),
    );
    assert.equal(outputs.length, 6);
  });

  it('--resume leaves out what the same method has done', async () => {
    const file = await writePicture(folder(), 'cat.png', 1);
    const call = (method: string) => run(['explain', file, '--method', method, '--out', out(), '--resume', '--json']);
    assert.equal(objectsOf(((await call('grad-cam'))).stdout).length, 1); // prettier-ignore
    const again = await call('grad-cam');
    assert.deepEqual([again.stdout, again.code], ['', 0]);
    assert.match(again.stderr, /--resume: 1 of 1 files had been done/);
    assert.equal(objectsOf((await call('input-times-gradient')).stdout).length, 1);
  });

  const refused: [args: string, message: RegExp][] = [
    ['', /required option '--method <name>' not specified/],
    ['--method lime', /argument 'lime' is invalid\. Allowed choices are input-times-gradient, smooth-grad/],
    ['--method grad-cam --samples 3', /option '--samples' is not of --method grad-cam, which has --layer/],
    ['--method occlusion --signed', /option '--signed' is not of --method occlusion, which has --window, --stride/],
    ['--method input-times-gradient --steps 3', /'--steps' is not of --method input-times-gradient, which has none of/],
    ['--method smooth-grad --noise much', /argument 'much' is invalid\. It must be a number of at least 0/],
    ['--method grad-cam --ten-crops', /unknown option '--ten-crops'/],
  ];
  for (const [args, message] of refused) {
    it(`refuses ${args || 'to guess the method'}`, async () => {
      const { code, stdout, stderr } = await run(['explain', 'cat.png', ...args.split(' ').filter(Boolean)]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    });
  }

  const impossible: [args: string, message: RegExp][] = [
    ['--method grad-cam --layer fire99', /layer must be one of the network's, got "fire99"/],
    ['--method grad-cam --layer relu_conv10 --score unclipped', /depend on "relu_conv10", but the score does not/],
    ['--method occlusion --window 500', /window must be an integer from 1 to 227, got 500/],
    ['--method smooth-grad --seed 5000000000', /seed must be an integer from 0 to 4294967295/],
    ['--method smooth-grad --samples 70000', /samples must be an integer from 1 to 65536/],
  ];
  for (const [args, message] of impossible) {
    it(`refuses ${args} once, before any file is read`, async () => {
      const files = [join(folder(), 'absent.png'), join(folder(), 'absent too.png')];
      const options = [...args.split(' '), '--out', out()];
      const { code, stdout, stderr } = await run(['explain', ...files, ...options]);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /absent|failed/);
    });
  }
});

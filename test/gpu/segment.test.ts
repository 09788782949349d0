import assert from 'node:assert/strict';
import { openDevice, type Device, type DeviceKind } from '#lib/device/index.js';
import { localise } from '#lib/localise/localise.js';
import { segment } from '#lib/localise/segment.js';
import { assertGradientClose } from '../support/close.js';
import { describeOnCuda } from '../support/devices.js';
import { fireNet, inceptionNet, miniAlexNet } from '../support/nets.js';
import { withNetwork } from '../support/networks.js';
import { picture } from '../support/pictures.js';
import { disc } from '../support/scenes.js';

describeOnCuda('segmentations on CUDA and the CPU', () => {
  let devices: Device[];
  before(async () => {
    devices = [await openDevice('cpu'), await openDevice('cuda')];
  });
  after(() => devices?.forEach((device) => device.dispose()));

  const scenes = {
    'a disc': disc({ rows: 72, cols: 90, row: 34, col: 40, radius: 14 }),
    'a disc that leaves the image': disc({ rows: 97, cols: 65, row: 80, col: 33, radius: 30 }),
    'a row of pixels': disc({ rows: 1, cols: 70, row: 0, col: 33, radius: 9 }),
  };
  for (const [what, { map, img }] of Object.entries(scenes))
    for (const preset of ['iseg', 'grabcut'] as const)
      it(`${what}: the same capacities, masks and box, ${preset}`, async () => {
        const [cpu, cuda] = devices.map((device) =>
          segment(map, img, { preset, workSize: 'full', keepGrid: true, device }),
        );
        assert.deepEqual(await cuda, await cpu);
      });

  const preprocessing = {
    ...({ channelOrder: 'RGB', range: 1, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4] } as const),
    ...({ resize: { shortSide: 40 }, crop: 'centre' } as const),
  };
  for (const [title, net] of Object.entries({
    'mini AlexNet': miniAlexNet(7),
    fire: fireNet(7),
    inception: inceptionNet(7),
  }))
    it(`localise by ${title}: what the CPU segments by the same maps, and these close to the CPU's`, async () => {
      const img = picture(3, 40, 52); // the size that the network rescales it to, so that maps are in its frame
      const options = { workSize: 40, keepGrid: true };
      const on = (kind: DeviceKind) =>
        withNetwork(net, kind, (network) => localise(network, img, [0, 2], options), { preprocessing });
      const [expected, objects] = [await on('cpu'), await on('cuda')];
      for (const [i, { saliencyMap, seeds, clamps, foreground, mask, box, note, grid }] of objects.entries()) {
        assertGradientClose(saliencyMap.data, expected[i]!.saliencyMap.data, {}, `map ${i}`);
        const alone = await segment(saliencyMap, img, { ...options, device: devices[0]! });
        assert.deepEqual({ seeds, clamps, foreground, mask, box, note, grid }, alone);
      }
    });
});

import { join } from 'node:path';
import { readImage } from '#lib/image/read-image.js';
import { createNetwork } from '#lib/net/create-network.js';
import { loadNetwork } from '#lib/net/load-network.js';
import { saliency } from '#lib/visualise/saliency.js';
import { assertSameOnBoth } from '../support/both-devices.js';
import { describeOnCuda } from '../support/devices.js';
import { picture } from '../support/pictures.js';
import { repository } from '../support/shared.js';

const photograph = join(repository, 'examples', 'images', 'airliner.jpg');

describeOnCuda('networks of their real size on CUDA and the CPU', function () {
  it('the SqueezeNet in the box: scores, the three signals and maps of several classes of a photograph', () =>
    assertSameOnBoth(
      (device) => loadNetwork(undefined, { device }),
      async (net) => {
        const img = await readImage(photograph);
        const input = net.input(img);
        const [one, other] = await saliency(net, img, [404, 895]);
        return {
          scores: (await net.forward(input)).data,
          gradient: (await net.gradient(input, { class: 404 })).data,
          deconvnet: (await net.gradient(input, { class: 404 }, { rule: 'deconvnet' })).data,
          guided: (await net.gradient(input, { class: 404 }, { rule: 'guided' })).data,
          'map of the airliner': one!.data,
          'map of the warplane': other!.data,
        };
      },
    ));

  it('the SqueezeNet in the box: ten crops of a photograph, for one class and for two', () =>
    assertSameOnBoth(
      (device) => loadNetwork(undefined, { device }),
      async (net) => {
        const img = await readImage(photograph);
        const [one, other] = await saliency(net, img, [404, 895], { tenCrops: true });
        const alone = await saliency(net, img, 404, { tenCrops: true });
        return { 'map of one class': alone.data, 'first map of two': one!.data, 'second map of two': other!.data };
      },
    ));

  for (const name of ['paper', 'alexnet', 'cnn-f', 'vgg16', 'squeezenet1_0'] as const)
    it(`${name} with random weights: scores and maps of a batch of two`, () =>
      assertSameOnBoth(
        (device) => createNetwork(name, { device, seed: 5, preprocessing: 'caffe' }),
        async (net) => {
          const pictures = [picture(1, 260, 300), picture(2, 300, 260)];
          const [one, other] = await saliency(net, pictures, 7);
          return {
            scores: (await net.forward(net.input(pictures[0]!))).data,
            'first map': one!.data,
            'second map': other!.data,
          };
        },
      ));
});

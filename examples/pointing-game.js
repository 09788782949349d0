// Does the maximum of a map lie on the object (Zhang et al. 2016)? node examples/pointing-game.js
import { gradCam, loadNetwork, occlusion, pointingGame, readImage, saliency } from 'deep-inside';

const net = await loadNetwork();
const img = await readImage(new URL('images/airliner.jpg', import.meta.url));
const boxes = [{ xmin: 57, ymin: 34, xmax: 350, ymax: 137 }];

for (const method of [saliency, gradCam, occlusion]) {
  const map = await method(net, img, 'airliner', { frame: 'image' });
  const { hit, point, distance } = pointingGame(map, boxes, { tolerance: 15 });
  console.log(
    `${method.name}: (${point.row}, ${point.col}), ${hit ? 'a hit' : 'a miss'}, ${distance.toFixed(0)} pixels away`,
  );
}
await net.dispose();

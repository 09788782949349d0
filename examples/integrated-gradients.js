// The gradient along the way from the mean image (Sundararajan et al. 2017): node examples/integrated-gradients.js [photograph]
import { classify, integratedGradients, loadNetwork, overlay, readImage, writeImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const [best] = await classify(net, img, { top: 1 });
const map = await integratedGradients(net, img, best.class, { frame: 'image' });
await writeImage('integrated-gradients.png', overlay(img, map));
const [{ sum, difference, delta }] = map.completeness;
console.log(
  `the map sums to ${sum.toFixed(2)}, the score rose by ${difference.toFixed(2)}: off by ${delta.toFixed(3)}`,
);
console.log(`${best.name}: integrated-gradients.png`);
await net.dispose();

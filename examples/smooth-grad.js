// The mean gradient of noisy copies (Smilkov et al. 2017): node examples/smooth-grad.js [photograph]
import { classify, loadNetwork, overlay, readImage, smoothGrad, writeImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const [best] = await classify(net, img, { top: 1 });
const map = await smoothGrad(net, img, best.class, { frame: 'image', samples: 25, noise: 0.15, seed: 0 });
await writeImage('smooth-grad.png', overlay(img, map));
console.log(`${best.name}: smooth-grad.png`);
await net.dispose();

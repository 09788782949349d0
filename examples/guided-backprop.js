// Saliency by guided back-propagation (Springenberg et al. 2015): node examples/guided-backprop.js [photograph]
import { classify, loadNetwork, overlay, readImage, saliency, writeImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const [best] = await classify(net, img, { top: 1 });
const map = await saliency(net, img, best.class, { frame: 'image', rule: 'guided' });
await writeImage('guided-backprop.png', overlay(img, map));
console.log(`${best.name}: guided-backprop.png`);
await net.dispose();

// What each pixel adds to a class score, to first order: node examples/input-times-gradient.js [photograph]
import { classify, inputTimesGradient, loadNetwork, overlay, readImage, writeImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const [best] = await classify(net, img, { top: 1 });
const map = await inputTimesGradient(net, img, best.class, { frame: 'image' });
await writeImage('input-times-gradient.png', overlay(img, map));
console.log(`${best.name}: input-times-gradient.png`);
await net.dispose();

// How far a score falls when a square is covered (Zeiler & Fergus 2014): node examples/occlusion.js [photograph]
import { classify, loadNetwork, occlusion, overlay, readImage, writeImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const [best] = await classify(net, img, { top: 1 });
const map = await occlusion(net, img, best.class, { frame: 'image', window: 48, stride: 24 });
await writeImage('occlusion.png', overlay(img, map));
console.log(`${best.name}: occlusion.png`);
await net.dispose();

// Where the channels lie that speak for a class (Selvaraju et al. 2017): node examples/grad-cam.js [photograph]
import { classify, gradCam, loadNetwork, overlay, readImage, writeImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const [best] = await classify(net, img, { top: 1 });
const map = await gradCam(net, img, best.class, { frame: 'image', layer: 'fire9/concat' });
await writeImage('grad-cam.png', overlay(img, map));
console.log(`${best.name}: grad-cam.png`);
await net.dispose();

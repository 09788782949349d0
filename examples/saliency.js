// Where a class score depends on the pixels (Sect. 3.1): node examples/saliency.js [photograph]
import { classify, contactSheet, heatMap, loadNetwork, overlay, readImage, saliency, writeImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const [best] = await classify(net, img, { top: 1 });
const centre = await saliency(net, img, best.class, { frame: 'image' });
const tenCrops = await saliency(net, img, best.class, { frame: 'image', tenCrops: true });
const figure = contactSheet([img, heatMap(centre, { colours: 'grey' }), overlay(img, centre), overlay(img, tenCrops)], {
  ...{ cols: 4, gap: 8, tile: [240, 320] },
  captions: ['photograph', `saliency of "${best.name}"`, 'over the photograph', 'of ten crops'],
});
await writeImage('saliency.png', figure);
console.log(`${best.name}, S_c = ${best.score.toFixed(2)}: saliency.png`);
await net.dispose();

// Which classes SqueezeNet sees in a photograph: node examples/classify.js [photograph]
import { classify, loadNetwork, readImage } from 'deep-inside';

const [path = new URL('images/touring-motorcycle.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const centre = await classify(net, img, { top: 5 });
const tenCrops = await classify(net, img, { top: 5, tenCrops: true });
for (const [i, one] of centre.entries()) {
  const { name, posterior } = one;
  console.log(
    `${i + 1}. ${name} ${posterior.toFixed(3)}, of ten crops ${tenCrops[i].name} ${tenCrops[i].posterior.toFixed(3)}`,
  );
}
await net.dispose();

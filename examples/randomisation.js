// Does a map change when layers forget what they learnt (Adebayo et al. 2018)? node examples/randomisation.js [photograph]
import { loadNetwork, randomisation, readImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const { prediction, layers } = await randomisation(net, img, undefined, { rules: ['gradient', 'guided'] });
console.log(`${prediction.name}: rank correlation with the map before, as layers are redrawn from the top`);
const shown = (correlation) => correlation.absolute?.toFixed(2) ?? 'none';
for (const { layer, correlations } of layers) {
  console.log(`${layer}: gradient ${shown(correlations.gradient)}, guided ${shown(correlations.guided)}`);
}
await net.dispose();

// What a class looks like to the network (Sect. 2): node examples/class-model.js [class] [steps]
import { classModel, contactSheet, loadNetwork, writeImage } from 'deep-inside';

const [cls = 'goldfish', steps = '200'] = process.argv.slice(2);
const net = await loadNetwork();

const paper = await classModel(net, cls, { preset: 'paper', steps: Number(steps) }); // Eq. 1 and nothing else
const robust = await classModel(net, cls, { preset: 'robust', steps: Number(steps) }); // for people
const figure = contactSheet([paper.image, robust.image], { captions: ["preset 'paper'", "preset 'robust'"], gap: 8 });
await writeImage('class-model.png', figure);
for (const { score, scoreOfImage, history } of [paper, robust]) {
  const [first] = history;
  console.log(
    `score ${first.score.toFixed(1)} -> ${score.toFixed(1)}, of the 8-bit picture ${scoreOfImage.toFixed(1)}`,
  );
}
console.log(`${paper.name}: class-model.png`);
await net.dispose();

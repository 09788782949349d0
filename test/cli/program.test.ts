import assert from 'node:assert/strict';
import { commandTimeout, run } from '../support/command-line.js';
import { readJson, repository } from '../support/shared.js';

describe('deep-inside', function () {
  this.timeout(commandTimeout);

  it('--version prints the version of the package', async () => {
    const { version } = readJson<{ version: string }>(`${repository}/package.json`);
    assert.deepEqual(await run(['--version']), { code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
  });

  it('--help lists the commands on stdout', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const command of ['classify', 'saliency', 'check', 'reconstruct', 'top-activations', 'inspect', 'devices']) {
      assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
    }
  });

  it('the help of what writes files says that it writes records', async () => {
    for (const command of ['saliency', 'explain', 'reconstruct', 'top-activations', 'class-model', 'report']) {
      const { stdout } = await run([command, '--help']);
      assert.match(stdout, RegExp(`lies a record, \\S+\\.${command}\\.json|lies \\S+\\.${command}\\.json, a record`));
    }
  });

  it('-h is --help', async () => assert.deepEqual(await run(['-h']), await run(['--help'])));

  for (const command of ['classify', 'saliency', 'check', 'reconstruct', 'top-activations', 'inspect']) {
    it(`${command} --help shows its options and examples`, async () => {
      const { code, stdout } = await run([command, '--help']);
      assert.equal(code, 0);
      assert.match(stdout, /^ {2}--device <kind>/m);
      assert.match(stdout, new RegExp(`^Examples:\n {2}deep-inside ${command}`, 'm'));
    });
  }

  it('inspect has no options of computing, which it does not', async () => {
    for (const option of ['--precision', '--tune']) {
      assert.doesNotMatch((await run(['inspect', '--help'])).stdout, RegExp(option));
      assert.match((await run(['classify', '--help'])).stdout, RegExp(`^ {2}${option}`, 'm'));
    }
  });

  const unit = ['reconstruct', 'a.png', '--layer', 'x', '--channel', '1'];
  const top = ['top-activations', 'a.png', '--layer', 'x', '--channels'];
  const wrong: [title: string, args: string[], message: RegExp][] = [
    ['an unknown option, with the nearest one', ['saliency', '--modle', 'x', 'a.png'], /'--modle'.*--model/],
    ['an unknown command, with the nearest one', ['clasify', 'a.png'], /'clasify'.*classify/],
    ['a command without files', ['classify'], /missing required argument 'files'/],
    ['an option without its value', ['classify', 'a.png', '--top'], /--top.*argument missing/],
    ['--top 0', ['classify', 'a.png', '--top', '0'], /--top.*'0'.*whole number of at least 1/],
    ['--device gpu', ['classify', 'a.png', '--device', 'gpu'], /'gpu'.*auto, cpu, cuda/],
    ['--decoder jpeg-js', ['classify', 'a.png', '--decoder', 'jpeg-js'], /'jpeg-js'.*built-in, sharp/],
    ['--precision int8', ['classify', 'a.png', '--precision', 'int8'], /'int8'.*float32/],
    ['--frame crop', ['saliency', 'a.png', '--frame', 'crop'], /'crop'.*input, image/],
    ['--region without --ten-crops', ['classify', 'a.png', '--region', 'square'], /--region.*needs --ten-crops/],
    ['--merge without --ten-crops', ['saliency', 'a.png', '--merge', 'sum'], /--merge.*needs --ten-crops/],
    ['--class and --top together', ['saliency', 'a.png', '--class', '1', '--top', '2'], /--top.*cannot.*--class/],
    ['a reconstruction from nothing', ['reconstruct', 'a.png'], /give either '--class' or '--layer'/],
    ['a layer without a channel', ['reconstruct', 'a.png', '--layer', 'x'], /'--layer' needs '--channel'/],
    ['a row without a col', [...unit, '--row', '1'], /'--row' and '--col' need each other/],
    ['--score of a layer', [...unit, '--score', 'posterior'], /'--score' needs '--class'/],
    ['a layer and a class', [...unit, '--class', '1'], /give either '--class' or '--layer'/],
    ['a channel of a class', ['reconstruct', 'a.png', '--class', '1', '--channel', '2'], /'--channel' needs '--layer'/],
    ['top activations of no layer', ['top-activations', 'a.png', '--channels', '1'], /required option '--layer/],
    [
      'channels that end before they begin',
      [...top, '5-3'],
      /--channels.*numbers below 1000000 and ranges such as 0-15,20/,
    ],
    ['channels that are no numbers', [...top, '1,x'], /--channels.*numbers below 1000000 and ranges/],
    ['--out without a name', ['saliency', 'a.png', '--out', ''], /--out.*must be a folder/],
    ['an option that steers the terminal', ['saliency', '--\x1b[2J', 'a.png'], /'--\\x1b\[2J'/],
    ['--preprocessing that is no JSON', ['inspect', '--preprocessing', '{range: 1}'], /--preprocessing.*no JSON/],
    ['two models to inspect', ['inspect', 'a.onnx', 'b.onnx'], /too many arguments/],
  ];
  for (const [title, args, message] of wrong) {
    it(`refuses ${title} in one line on stderr and exits with 2`, async () => {
      const { code, stdout, stderr } = await run(args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /^deep-inside: [^\n]+\n$/);
      assert.match(stderr, message);
    });
  }

  it('shows the help on stderr and exits with 2 where no command is given', async () => {
    const { code, stdout, stderr } = await run([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^Usage: deep-inside/);
  });
});

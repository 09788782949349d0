import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncOptionsWithStringEncoding } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../support/build-stand-in.js';

/** Uses the library as the README does; `deep-inside` is what npm packed and installed. */
const program = `
import { classify, loadNetwork, openDevice, saliency, DeepInsideError, type Network } from 'deep-inside';
import ndarray from 'ndarray';

async function main(): Promise<void> {
  const net: Network = await loadNetwork();
  const image = ndarray(new Uint8Array(300 * 400 * 3).map((_, i) => i % 251), [300, 400, 3]);
  const [best] = await classify(net, image, { top: 1 });
  const map = await saliency(net, image, best!.class);
  console.log(map.shape.join('x'), best!.name === null ? 'nameless' : 'named');
  await net.dispose();

  const device = await openDevice('cpu');
  const x = device.tensor([3], 'float32');
  x.write(new Float32Array([-1, 0, 2]));
  device.relu(x, x);
  console.log(Array.from(await x.read()).join(' '));
  device.dispose();
  await loadNetwork('absent.onnx').catch((error: unknown) => {
    console.log(error instanceof DeepInsideError ? error.code : error);
  });
}
void main();
`;

const options = { strict: true, target: 'es2022', module: 'node20', types: ['node'], outDir: 'out' };

const wanted = Boolean(process.env.DEEP_INSIDE_PACKAGE_TEST);

describe(`the package${wanted ? '' : ' (skipped: takes a native build; DEEP_INSIDE_PACKAGE_TEST=1 runs it)'}`, function () {
  this.timeout(600_000);
  let folder: string;

  before(function () {
    if (!wanted) this.skip();
    folder = mkdtempSync(join(tmpdir(), 'deep-inside-package-'));
    run(repository, 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const tarball = join(folder, run(folder, 'sh', '-c', 'ls *.tgz').trim());
    run(folder, 'npm', 'install', '--prefer-offline', tarball, '@types/node@20');
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  for (const [kind, type] of [
    ['ESM', 'module'],
    ['CommonJS', 'commonjs'],
  ] as const) {
    it(`type-checks and runs in a TypeScript project of ${kind}`, () => {
      const project = join(folder, type);
      mkdirSync(project);
      writeFileSync(join(project, 'package.json'), JSON.stringify({ type }));
      writeFileSync(join(project, 'main.ts'), program);
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['main.ts'] }));
      run(project, process.execPath, join(repository, 'node_modules/typescript/bin/tsc'), '-p', '.');
      assert.equal(run(project, process.execPath, 'out/main.js'), '227x227 named\n0 0 2\nERR_IO\n');
    });
  }

  it('loads by require', () => {
    const text = "console.log(typeof require('deep-inside').saliency)";
    assert.equal(run(folder, process.execPath, '-e', text), 'function\n');
  });

  it('has the command', () => {
    assert.match(run(folder, 'npx', '--no-install', 'deep-inside', 'devices'), /cpu/);
  });

  it('holds what it needs and nothing of its development', () => {
    const listed = run(repository, 'tar', 'tf', join(folder, run(folder, 'sh', '-c', 'ls *.tgz').trim()));
    const files = listed.split('\n').map((path) => path.replace('package/', ''));
    for (const path of [
      'LICENSE',
      'README.md',
      'dist/index.js',
      'dist/index.d.ts',
      'typings/addon.d.ts',
      'CMakeLists.txt',
      'fonts/LICENCE',
      'fonts/dejavu-sans.png',
      'fonts/dejavu-sans.json',
    ])
      assert.ok(files.includes(path), `${path} is missing`);
    const strange = files.filter((path) => /^(test|build|native\/test|examples|docs|bench|\.)|\.tgz$/.test(path));
    assert.deepEqual(strange, []);
  });
});

/** What the command prints; fails with everything it said. */
function run(cwd: string, command: string, ...args: string[]): string {
  const env = { ...process.env, DEEP_INSIDE_CUDA: 'OFF', NODE_OPTIONS: '' };
  const how: SpawnSyncOptionsWithStringEncoding = { cwd, env, encoding: 'utf8' };
  const { status, stdout, stderr } = spawnSync(command, args, how);
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** From build/test/support. */
export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Sources of a few lines in the place of native/, so that only the build itself is tried. */
const sources: Record<string, string> = {
  'core/answer.h': 'namespace deep_inside { int answer(); const char* backend(); }',
  'core/answer.cc': '#include "core/answer.h"\nint deep_inside::answer() { return 42; }',
  'mixture/nothing.cc': '',
  'addon/module.cc': `
#include <napi.h>
#include "core/answer.h"
static Napi::Object init(Napi::Env, Napi::Object exports) {
  exports.Set("answer", deep_inside::answer());
  exports.Set("backend", deep_inside::backend());
  return exports;
}
NODE_API_MODULE(deep_inside, init)`,
  'cpu/backend.cc': `
#include "core/answer.h"
extern "C" int dnnl_stand_in();
const char* deep_inside::backend() { return dnnl_stand_in() ? "cpu" : "none"; }`,
  'cuda/backend.cu': '#error "this CUDA source does not compile"',
};

const installations: Record<string, { headers: Record<string, string>; library: string }> = {
  onednn: {
    headers: {
      'oneapi/dnnl/dnnl.hpp': '',
      'oneapi/dnnl/dnnl_version.h':
        '#define DNNL_VERSION_MAJOR 3\n#define DNNL_VERSION_MINOR 5\n#define DNNL_VERSION_PATCH 1\n',
    },
    library: 'libdnnl.so.3',
  },
  cudnn: {
    headers: {
      'cudnn_version.h': '#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 24\n#define CUDNN_PATCHLEVEL 0\n',
    },
    library: 'libcudnn.so.9',
  },
  cublas: {
    headers: {
      'cublasLt.h': '',
      'cublas_api.h': '#define CUBLAS_VER_MAJOR 13\n#define CUBLAS_VER_MINOR 1\n#define CUBLAS_VER_PATCH 1\n',
    },
    library: 'libcublasLt.so.13',
  },
};

export interface BuildResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the build files around stand-in sources, in a folder of its own. */
export class StandIn {
  readonly root = mkdtempSync(join(tmpdir(), 'deep-inside-build-'));

  constructor() {
    for (const path of ['CMakeLists.txt', 'cmake', 'scripts', 'binding.gyp', 'package.json'])
      cpSync(join(repository, path), join(this.root, path), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(this.root, 'node_modules'));
    for (const [path, text] of Object.entries(sources)) this.write(`native/${path}`, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Headers with a version and an empty library under its versioned name; the folder is a ..._ROOT. */
  install(name: keyof typeof installations): string {
    const { headers, library } = installations[name]!;
    for (const [path, text] of Object.entries(headers)) this.write(`${name}/include/${path}`, text);
    this.write(`${name}/stand-in.cc`, 'extern "C" int dnnl_stand_in() { return 1; }');
    mkdirSync(join(this.root, name, 'lib'));
    const args = ['-shared', '-fPIC', `-Wl,-soname,${library}`, '-o', `lib/${library}`, 'stand-in.cc'];
    const { status, stderr } = spawnSync('g++', args, { cwd: join(this.root, name), encoding: 'utf8' });
    if (status !== 0) throw new Error(`g++ could not make ${library}: ${stderr}`);
    return join(this.root, name);
  }

  build(environment: NodeJS.ProcessEnv, ...args: string[]): BuildResult {
    const env = this.#environment(environment);
    return spawnSync(process.execPath, ['scripts/build.js', ...args], { cwd: this.root, env, encoding: 'utf8' });
  }

  /** The same, without waiting for its end. */
  start(environment: NodeJS.ProcessEnv): ChildProcess {
    return spawn(process.execPath, ['scripts/build.js'], { cwd: this.root, env: this.#environment(environment) });
  }

  /** Nothing of the machine's own choices may leak in. */
  #environment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    return { PATH, HOME, DEEP_INSIDE_PYTHON: '/nonexistent', ...environment };
  }

  module(kind: 'cpu' | 'cuda'): string {
    return join(this.root, 'build', 'Release', `deep_inside_${kind}.node`);
  }

  /** What the compiler has made so far. */
  objects(): string[] {
    const folder = join(this.root, 'build', 'cmake');
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.o'));
    return paths
      .filter((path) => path.includes('.dir/'))
      .map((path) => join(folder, path))
      .sort();
  }

  summary(): string {
    const file = join(this.root, 'build', 'Release', 'build-summary.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

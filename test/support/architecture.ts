/**
 * Who may use whom: the table of ARCHITECTURE.md as data, and a reader of import and include lines that finds the
 * arrows which are not in it.
 */

/** Files that anyone in lib may import. */
const forEveryone = ['lib/ndarray', 'lib/errors', 'lib/check', 'lib/abort', 'lib/steps', 'lib/folder', 'lib/random'];

/** What a room may use besides itself. A longer path is a room within a room, with its own rule. */
const allowed: Record<string, readonly string[]> = {
  'lib/ndarray': [],
  'lib/errors': [],
  'lib/check': [],
  'lib/abort': [],
  'lib/steps': [],
  'lib/folder': [],
  'lib/random': [],
  'lib/formats': [],
  'lib/image': [],
  'lib/gallery': [],
  'lib/device': ['typings/addon'],
  'lib/layers': ['lib/device', 'lib/formats'],
  'lib/net': ['lib/layers', 'lib/device', 'lib/formats', 'lib/image'],
  'lib/visualise': ['lib/net', 'lib/device', 'lib/image'],
  'lib/localise': ['lib/image', 'lib/device'],
  'lib/localise/localise': ['lib/localise', 'lib/image', 'lib/device', 'lib/net', 'lib/visualise'],
  'lib/train': ['lib/net', 'lib/device', 'lib/image', 'lib/formats', 'lib/ilsvrc'],
  'lib/ilsvrc': ['lib/net', 'lib/visualise', 'lib/localise', 'lib/image', 'lib/formats'],
  'lib/cli': ['lib'],
  'lib/index': ['lib'],
  'native/addon': ['native/core', 'native/mixture'],
  'native/cuda': ['native/core', 'native/kernels', 'native/maxflow'],
  'native/cpu': ['native/core', 'native/kernels', 'native/maxflow'],
  'native/maxflow': ['native/kernels'],
  'native/core': ['native/kernels'],
  'native/kernels': [],
  'native/mixture': ['native/core'],
  'native/test': ['native'],
};

/** Which headers of other libraries only these files or rooms may include. */
const doors: readonly (readonly [header: RegExp, door: string])[] = [
  [/^(napi|node_api)/, 'native/addon'],
  [/^(oneapi\/|dnnl)/, 'native/cpu/onednn.h'],
  [/^cudnn/, 'native/cuda/cudnn.h'],
  [/^cublas/, 'native/cuda'],
  [/^(cuda|curand|cub\/|thrust\/)/, 'native/cuda'],
];

export interface SourceFile {
  /** Relative to the repository, with '/'. */
  readonly path: string;
  readonly text: string;
}

/** Every arrow that the table does not have, as `from -> to`. */
export function wrongArrows(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => (file.path.startsWith('native/') ? wrongIncludes(file) : wrongImports(file)));
}

function wrongImports({ path, text }: SourceFile): string[] {
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']*)'/g)].map((match) => match[1]!);
  const targets = specifiers.map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1));
  return targets.filter((target) => !mayUse(path, withoutEnding(target))).map((target) => `${path} -> ${target}`);
}

function wrongIncludes({ path, text }: SourceFile): string[] {
  const ours = [...text.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map((match) => `native/${match[1]}`);
  const theirs = [...text.matchAll(/^\s*#\s*include\s+<([^>]+)>/gm)].map((match) => match[1]!);
  const wrong = [
    ...ours.filter((target) => !mayUse(path, withoutEnding(target))),
    ...theirs.filter((header) => !doors.every(([pattern, door]) => !pattern.test(header) || within(path, door))),
  ];
  return wrong.map((target) => `${path} -> ${target}`);
}

function mayUse(path: string, target: string): boolean {
  if (path.startsWith('lib/') && forEveryone.includes(target)) return true;
  const room = roomOf(withoutEnding(path));
  return [room, ...(allowed[room] ?? [])].some((place) => within(target, place));
}

/** The longest key of the table that holds the path; a path outside every room is a room of its own. */
function roomOf(path: string): string {
  const rooms = Object.keys(allowed).filter((room) => within(path, room));
  return rooms.sort((a, b) => b.length - a.length)[0] ?? path;
}

function within(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function withoutEnding(path: string): string {
  return path.replace(/(\.d)?\.(ts|js|h|cc|cu)$/, '');
}

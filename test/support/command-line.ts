import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './shared.js';

/** How a process ended and what it wrote. */
export interface Ended {
  readonly code: number | null;
  /** What ended it where there is no code. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is said of the first SIGINT. */
export const interrupted = 'deep-inside: interrupted: nothing more is begun; Ctrl-C again ends at once\n';

/** Time for a test that starts the command once or twice, on a machine that is busy with other things. */
export const commandTimeout = 120_000;

export const program = join(repository, 'dist', 'cli', 'main.js');

/** Starts `deep-inside` with these arguments, as built, in the folder `cwd`. */
export function start(args: readonly string[], cwd = repository): ChildProcess {
  return spawn(process.execPath, [program, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Waits for the end of a process and gathers what it writes from now on. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout, stderr };
}

/** Runs `deep-inside` with these arguments to its end. */
export function run(args: readonly string[], cwd?: string): Promise<Ended> {
  return ended(start(args, cwd));
}

/** The JSON objects that stdout holds, one per line. */
export function objectsOf<T>(stdout: string): T[] {
  const lines = stdout.split('\n');
  if (lines.pop() !== '') throw new Error(`stdout does not end with a line break: ${stdout}`);
  return lines.map((line) => JSON.parse(line) as T);
}

/** A new folder for each test of a suite, gone afterwards; call it in `describe`, use what it gives in `it`. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'deep-inside-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

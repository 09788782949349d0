import { DeepInsideError } from '../index.js';
import type { PrintingFlags } from './options.js';
import { visible } from './visible.js';

/** A line on stderr that --quiet leaves out. */
export function note(text: string, { quiet }: PrintingFlags): void {
  if (!quiet) process.stderr.write(`deep-inside: ${visible(text)}\n`);
}

/** An error's one line on stderr, with --debug its stack and those of its causes too. */
export function complain(reason: unknown, { debug }: PrintingFlags): void {
  process.stderr.write(`deep-inside: ${debug ? visibleLines(stackOf(reason)) : visible(lineOf(reason))}\n`);
}

/** The same of a file, with its path first. */
export function complainOf(file: string, reason: unknown, { debug }: PrintingFlags): void {
  const line = lineAbout(file, reason);
  process.stderr.write(`deep-inside: ${debug ? visibleLines(`${line}\n${stackOf(reason)}`) : visible(line)}\n`);
}

/** An error's line with the path of the file first. */
export function lineAbout(file: string, reason: unknown): string {
  const line = lineOf(reason);
  return line.startsWith(`${file}: `) ? line : `${file}: ${line}`;
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function lineOf(reason: unknown): string {
  if (reason instanceof DeepInsideError) return reason.message;
  return `unexpected ${reason instanceof Error ? reason.name : 'error'}: ${messageOf(reason)}; --debug shows where`;
}

function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

function stackOf(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  const cause = reason.cause === undefined ? '' : `\ncaused by: ${stackOf(reason.cause)}`;
  return `${reason.stack ?? reason.message}${cause}`;
}

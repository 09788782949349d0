import type { Command } from 'commander';
import { describeDevices, type DeviceDescription } from '../index.js';
import { addPrintingOptions, type PrintingFlags } from './options.js';
import { print, printJson } from './report.js';
import { indented } from './table.js';
import { packageVersion } from './version.js';

export function addDevices(program: Command): void {
  const command = program
    .command('devices')
    .summary('what can be computed on, and why not')
    .description('Opens each kind of device for a moment and tells its name and libraries, or why it cannot be used.');
  addPrintingOptions(command).action(async ({ json }: PrintingFlags) => {
    const devices = await describeDevices();
    const versions = {
      version: packageVersion,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    };
    if (json) return printJson({ ...versions, devices });
    print(`deep-inside ${packageVersion}, Node ${versions.node}, ${versions.platform}`);
    for (const device of devices) printDevice(device);
  });
}

function printDevice({ kind, usable, auto, name, threads, versions, reason }: DeviceDescription): void {
  print(`${kind}: ${usable ? 'usable' : 'not usable'}${auto ? ', what --device auto takes' : ''}`);
  const facts = [name, threads !== null && `${threads} thread${threads === 1 ? '' : 's'}`, versions, reason];
  for (const fact of facts.filter(Boolean)) print(indented(String(fact)));
}

import { shown } from '../../check.js';
import { formatError, unsupportedError } from '../refusal.js';
import { isDefaultDomain, type OnnxAttribute, type OnnxNode, type OnnxTensor } from './proto.js';

/** More attributes than any operator has. */
const mostShown = 16;

/** One node of an ONNX graph: its attributes by type, and its refusals. */
export class OnnxOp {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The operator, with its domain unless that is ONNX's own. */
  readonly type: string;

  /**
   * @param name   unique among the nodes
   * @param opset  version of the default operator set
   */
  constructor(
    readonly where: string,
    readonly name: string,
    readonly opset: number,
    private readonly node: OnnxNode,
  ) {
    this.inputs = node.inputs;
    this.outputs = node.outputs;
    this.type = isDefaultDomain(node.domain) ? node.op : `${node.domain}.${node.op}`;
  }

  get output(): string {
    return this.outputs[0]!;
  }

  has(attribute: string): boolean {
    return this.node.attributes.has(attribute);
  }

  integer(attribute: string, otherwise: number): number {
    const value = this.number(attribute, otherwise);
    if (Number.isSafeInteger(value)) return value;
    throw this.mistyped(attribute, 'an integer', value);
  }

  number(attribute: string, otherwise: number): number {
    const value = this.attribute(attribute) ?? otherwise;
    if (typeof value === 'number') return value;
    throw this.mistyped(attribute, 'a number', value);
  }

  text(attribute: string, otherwise: string): string {
    const value = this.attribute(attribute) ?? otherwise;
    if (typeof value === 'string') return value;
    throw this.mistyped(attribute, 'a text', value);
  }

  /** null where the attribute is absent. */
  numbers(attribute: string): readonly number[] | null {
    const value = this.attribute(attribute) ?? null;
    if (value === null || isNumbers(value)) return value;
    throw this.mistyped(attribute, 'a list of numbers', value);
  }

  /** null where the attribute is absent. */
  integers(attribute: string): readonly number[] | null {
    const value = this.numbers(attribute);
    if (value === null || value.every(Number.isSafeInteger)) return value;
    throw this.mistyped(attribute, 'a list of integers', value);
  }

  /** null where the attribute is absent. */
  tensor(attribute: string): OnnxTensor | null {
    const value = this.attribute(attribute) ?? null;
    if (value === null || isTensor(value)) return value;
    throw this.mistyped(attribute, 'a tensor', value);
  }

  /** An error for what this library does not do: names the node, its operator and its attributes. */
  refuse(problem: string): Error {
    const attributes = [...this.node.attributes].map(([name, value]) => `${name} ${shownAttribute(value)}`);
    if (attributes.length > mostShown) attributes.splice(mostShown, Infinity, '...');
    const details = attributes.length ? ` (${attributes.join(', ')})` : '';
    return unsupportedError(
      this.where,
      `node ${shown(this.name)} is ${this.type || 'without an operator'}${details}; ${problem}`,
    );
  }

  /** The same for a node whose output is random or depends on the rest of the batch. */
  refuseTraining(): Error {
    return this.refuse('it was exported for training; export the network in evaluation mode');
  }

  /** An error for a node that contradicts itself or its inputs. */
  broken(problem: string): Error {
    return formatError(this.where, `node ${shown(this.name)} (${this.type}): ${problem}`);
  }

  private attribute(name: string): OnnxAttribute | undefined {
    return this.node.attributes.get(name);
  }

  private mistyped(attribute: string, expected: string, value: OnnxAttribute): Error {
    return this.broken(`attribute ${attribute} must be ${expected}, got ${shownAttribute(value)}`);
  }
}

function isNumbers(value: OnnxAttribute): value is readonly number[] {
  return Array.isArray(value) && typeof (value[0] ?? 0) === 'number';
}

function isTensor(value: OnnxAttribute): value is OnnxTensor {
  return typeof value === 'object' && value !== null && 'dims' in value;
}

function shownAttribute(value: OnnxAttribute): string {
  if (value === null) return 'of an unknown kind';
  return isTensor(value) ? `a tensor of shape ${shown(value.dims)}` : shown(value);
}

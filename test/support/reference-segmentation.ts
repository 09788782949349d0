/**
 * The colour models and the energy of iseg in plain float64 loops, written from the definitions in
 * docs/choices.md and apart from native/mixture: eigenvectors by repeated multiplication, covariances in two passes,
 * determinants and inverses by cofactors.
 */

export type Vector = readonly [number, number, number];

export interface ReferenceComponent {
  readonly weight: number;
  readonly mean: Vector;
  /** [3][3]. */
  readonly covariance: readonly Vector[];
}

const axes = [0, 1, 2] as const;
const vector = (of: (axis: 0 | 1 | 2) => number): Vector => [of(0), of(1), of(2)];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function meanOf(colours: readonly Vector[]): Vector {
  return vector((axis) => colours.reduce((sum, colour) => sum + colour[axis], 0) / colours.length);
}

function scatterOf(colours: readonly Vector[]): Vector[] {
  const mean = meanOf(colours);
  const product = (i: 0 | 1 | 2, j: 0 | 1 | 2) =>
    colours.reduce((sum, colour) => sum + (colour[i] - mean[i]) * (colour[j] - mean[j]), 0);
  return axes.map((i) => vector((j) => product(i, j)));
}

function scaled(matrix: readonly Vector[]): Vector[] {
  const size = Math.max(...matrix.flat().map(Math.abs));
  return size === 0 ? [...matrix] : matrix.map((row) => vector((axis) => row[axis] / size));
}

/** The direction of the largest eigenvalue, and that: squared often, a matrix has little else in it. */
function principal(matrix: readonly Vector[]): { value: number; direction: Vector } {
  let power = scaled(matrix);
  for (let step = 0; step < 50; step++) power = scaled(power.map((row) => vector((axis) => dot(row, power[axis]!))));
  const longest = power.reduce((best, row) => (Math.hypot(...row) > Math.hypot(...best) ? row : best));
  const length = Math.hypot(...longest) || 1;
  const sign = longest.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most)) < 0 ? -1 : 1;
  const direction = vector((axis) => (sign * longest[axis]) / length);
  return {
    value: dot(
      direction,
      vector((axis) => dot(matrix[axis]!, direction)),
    ),
    direction,
  };
}

/** Binary splits of colours from 0 to 1 into `count` clusters, each a Gaussian. */
export function referenceModel(colours: readonly Vector[], count: number, floor: number): ReferenceComponent[] {
  const clusters = [[...colours]];
  while (clusters.length < count) {
    const widths = clusters.map((cluster) => principal(scatterOf(cluster)));
    const widest = widths.reduce((best, { value }, i) => (value > widths[best]!.value ? i : best), 0);
    const cluster = clusters[widest]!;
    const { direction } = widths[widest]!;
    const plane = dot(direction, meanOf(cluster));
    clusters[widest] = cluster.filter((colour) => dot(direction, colour) <= plane);
    clusters.push(cluster.filter((colour) => dot(direction, colour) > plane));
  }
  return clusters.map((cluster) => {
    const scatter = scatterOf(cluster);
    const covariance = axes.map((i) => vector((j) => scatter[i]![j] / cluster.length + (i === j ? floor : 0)));
    return { weight: cluster.length / colours.length, mean: meanOf(cluster), covariance };
  });
}

function cofactors([a, b, c]: readonly Vector[]): Vector[] {
  const cross = (x: Vector, y: Vector): Vector => [
    x[1] * y[2] - x[2] * y[1],
    x[2] * y[0] - x[0] * y[2],
    x[0] * y[1] - x[1] * y[0],
  ];
  return [cross(b!, c!), cross(c!, a!), cross(a!, b!)];
}

/** uniform + (1 - uniform) sum of weight N(x). */
export function referenceLikelihood(model: readonly ReferenceComponent[], x: Vector, uniform: number): number {
  const densities = model.map(({ weight, mean, covariance }) => {
    const adjugate = cofactors(covariance);
    const determinant = dot(covariance[0]!, adjugate[0]!);
    const d = vector((axis) => x[axis] - mean[axis]);
    const square =
      dot(
        d,
        vector((axis) => dot(adjugate[axis]!, d)),
      ) / determinant;
    return (weight * Math.exp(-square / 2)) / Math.sqrt((2 * Math.PI) ** 3 * determinant);
  });
  return uniform + (1 - uniform) * densities.reduce((sum, density) => sum + density, 0);
}

export interface ReferenceGrid {
  readonly source: number[];
  readonly sink: number[];
  readonly right: number[];
  readonly down: number[];
}

/** iseg's energy of pixels [rows, cols] with 4 neighbours, times 50, not rounded; without clamps. */
export function referenceGrid(
  colours: readonly Vector[],
  [rows, cols]: readonly [number, number],
  foreground: readonly ReferenceComponent[],
  background: readonly ReferenceComponent[],
): ReferenceGrid {
  const contrast = (i: number, j: number): number =>
    axes.reduce<number>((sum, axis) => sum + (colours[i]![axis] - colours[j]![axis]) ** 2, 0);
  const across: number[] = colours.flatMap((_, i) => ((i % cols) + 1 < cols ? [contrast(i, i + 1)] : []));
  const downwards: number[] = colours.flatMap((_, i) => (i + cols < rows * cols ? [contrast(i, i + cols)] : []));
  const all: number[] = [...across, ...downwards];
  const beta = 1 / (0.5 * (all.reduce((sum, c) => sum + c, 0) / all.length));
  const edge = (i: number, j: number, inside: boolean) => (inside ? 50 * 150 * Math.exp(-beta * contrast(i, j)) : 0);
  const posterior = colours.map((x) => {
    const [f, b] = [referenceLikelihood(foreground, x, 0.05), referenceLikelihood(background, x, 0.05)];
    return f / (f + b);
  });
  return {
    source: posterior.map((p) => 50 * Math.min(100, -Math.log(1 - p))),
    sink: posterior.map((p) => 50 * Math.min(100, -Math.log(p))),
    right: colours.map((_, i) => edge(i, i + 1, (i % cols) + 1 < cols)),
    down: colours.map((_, i) => edge(i, i + cols, i + cols < rows * cols)),
  };
}

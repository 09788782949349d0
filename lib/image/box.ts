/** Where an object is, in pixels from 0; all four sides belong to it. */
export interface Box {
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

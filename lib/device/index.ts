export type * from '../../typings/addon.js';
export { allFinite } from './all-finite.js';
export { bitsOf } from './bits-of.js';
export { describeDevices, type DeviceDescription } from './describe.js';
export { buildOf, modulePath, versionsOf, type DeviceKind } from './load.js';
export { colourImage } from './colour-image.js';
export { acquireDevice, deviceChoices, leaseOf, openDevice, type DeviceChoice, type Lease } from './open.js';

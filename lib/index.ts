export {
  describeDevices,
  openDevice,
  type Device,
  type DeviceChoice,
  type DeviceDescription,
  type DeviceKind,
  type OpenOptions,
  type Precision,
  type ReluRule,
} from './device/index.js';
export { DeepInsideError, type ErrorCode } from './errors.js';
export type { ClassName, HostTensor, Preprocessing } from './formats/model.js';
export {
  contactSheet,
  drawBox,
  heatMap,
  overlay,
  readImage,
  signedPicture,
  writeArray,
  writeImage,
  type Box,
  type ContactSheetOptions,
  type DrawBoxOptions,
  type HeatMapOptions,
  type OverlayOptions,
  type Part,
  type ReadImageOptions,
  type SignedPictureOptions,
} from './image/index.js';
export { centredBox, wholeImageBox } from './localise/box.js';
export type { Capacities, Grid } from './localise/grid.js';
export { localise, type Localisation, type LocaliseOptions } from './localise/localise.js';
export { maxFlow, type MaxFlow, type MaxFlowOptions } from './localise/max-flow.js';
export { maskOverlay, seedsPicture } from './localise/pictures.js';
export type { SegmentPreset } from './localise/presets.js';
export { segment, type SegmentOptions } from './localise/segment.js';
export type { GivenSettings, Limits, SegmentSettings } from './localise/segment-settings.js';
export type { MaskPair, Segmentation } from './localise/segmentation.js';
export { thresholdBox, type ThresholdBoxOptions, type ThresholdRule } from './localise/threshold-box.js';
export type { ByteArray, FloatArray, Image, NdArray } from './ndarray.js';
export type { ArchitectureName } from './net/architectures/index.js';
export type { NetworkInput } from './net/batch.js';
export type { CallOptions, Progress } from './net/call.js';
export type { ClassArgument, ClassChoice } from './net/class-names.js';
export { classify, type ClassifyOptions, type ListOrLists } from './net/classify.js';
export { createNetwork, type CreateOptions } from './net/create-network.js';
export type { ImageSource, ResultOf } from './net/each-image.js';
export type { Score } from './net/edit-graph.js';
export { loadNetwork, type LoadOptions, type ModelSource } from './net/load-network.js';
export type { GradientOptions, LrnRule } from './net/gradient-request.js';
export type { ForwardOptions, LayerDescription, Network } from './net/network.js';
export type { NetworkOptions } from './net/open-network.js';
export type { InputShape, PreprocessingChoice, PreprocessingOptions } from './net/preprocessing.js';
export type { Prediction } from './net/predictions.js';
export { saveNetwork, type SaveOptions } from './net/save-network.js';
export type { Target } from './net/target.js';
export type { Region } from './net/ten-crops.js';
export {
  classModel,
  type AscentSettings,
  type AscentState,
  type AscentTarget,
  type ClassModel,
  type ClassModelOptions,
  type ClassModelPreset,
  type ModelsOf,
  type Optimiser,
  type Schedule,
} from './visualise/class-model.js';
export { activationSheet } from './visualise/activation-sheet.js';
export { reconstruct, type OneOrMany, type Reconstruction, type ReconstructOptions } from './visualise/reconstruct.js';
export type { ReconstructedTarget, ReconstructedUnit } from './visualise/reconstructed-target.js';
export {
  topActivations,
  type ChannelTop,
  type TopActivationsOptions,
  type TopUnit,
} from './visualise/top-activations.js';
export { pointingGame, type Pointing, type PointingGameOptions } from './visualise/pointing-game.js';
export {
  randomisation,
  type MapCorrelation,
  type OfClasses,
  type Randomisation,
  type RandomisationOptions,
  type RandomisationOrder,
  type RandomisedLayer,
} from './visualise/randomisation.js';
export { toImageFrame } from './visualise/frame.js';
export type { FramedMap } from './image/framed-map.js';
export type { Merge } from './visualise/merge-crops.js';
export type { Completeness, ExplainOptions } from './visualise/explain-each.js';
export { gradCam, type GradCamOptions } from './visualise/grad-cam.js';
export { inputTimesGradient } from './visualise/input-times-gradient.js';
export {
  integratedGradients,
  type IntegratedGradientsMap,
  type IntegratedGradientsOptions,
} from './visualise/integrated-gradients.js';
export {
  insertionDeletion,
  type Baseline,
  type Curve,
  type Curves,
  type InsertionDeletion,
  type InsertionDeletionOptions,
  type MapsFor,
} from './visualise/insertion-deletion.js';
export { occlusion, type OcclusionOptions } from './visualise/occlusion.js';
export { saliency, type MapsOf, type SaliencyMap, type SaliencyOptions } from './visualise/saliency.js';
export { smoothGrad, type SmoothGradOptions, type SmoothGradVariant } from './visualise/smooth-grad.js';

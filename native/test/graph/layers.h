#pragma once

#include <vector>

#include "core/plans.h"

// The convolutions of the architectures that come with the library, each shape once.

namespace deep_inside::test {

struct NamedConvolution {
  const char* name;
  int64_t channels, side, filters, kernel, stride;
  Pad pad;

  ConvolutionGeometry geometry(int64_t n, Precision precision) const {
    ConvolutionGeometry g{
        {n, channels, side, side}, {filters, channels, kernel, kernel}, {stride, stride}, pad, {1, 1}, 1,
        Activation::Relu};
    g.precision = precision;
    return g;
  }
};

inline const std::vector<NamedConvolution> kConvolutions = {
    {"paper conv1", 3, 224, 64, 11, 4, {0, 0, 3, 3}},
    {"paper conv2", 64, 27, 256, 5, 1, {2, 2, 2, 2}},
    {"paper conv3", 256, 13, 256, 3, 1, {1, 1, 1, 1}},
    {"VGG conv1_1", 3, 224, 64, 3, 1, {1, 1, 1, 1}},
    {"VGG conv1_2", 64, 224, 64, 3, 1, {1, 1, 1, 1}},
    {"VGG conv2_1", 64, 112, 128, 3, 1, {1, 1, 1, 1}},
    {"VGG conv2_2", 128, 112, 128, 3, 1, {1, 1, 1, 1}},
    {"VGG conv3_1", 128, 56, 256, 3, 1, {1, 1, 1, 1}},
    {"VGG conv3_2", 256, 56, 256, 3, 1, {1, 1, 1, 1}},
    {"VGG conv4_1", 256, 28, 512, 3, 1, {1, 1, 1, 1}},
    {"VGG conv4_2", 512, 28, 512, 3, 1, {1, 1, 1, 1}},
    {"VGG conv5_1", 512, 14, 512, 3, 1, {1, 1, 1, 1}},
    {"SqueezeNet conv1", 3, 227, 64, 3, 2, {0, 0, 0, 0}},
    {"SqueezeNet fire2 squeeze", 64, 56, 16, 1, 1, {0, 0, 0, 0}},
    {"SqueezeNet fire2 expand1x1", 16, 56, 64, 1, 1, {0, 0, 0, 0}},
    {"SqueezeNet fire2 expand3x3", 16, 56, 64, 3, 1, {1, 1, 1, 1}},
    {"SqueezeNet fire4 squeeze", 128, 28, 32, 1, 1, {0, 0, 0, 0}},
    {"SqueezeNet fire4 expand3x3", 32, 28, 128, 3, 1, {1, 1, 1, 1}},
    {"SqueezeNet fire6 squeeze", 256, 14, 48, 1, 1, {0, 0, 0, 0}},
    {"SqueezeNet fire6 expand3x3", 48, 14, 192, 3, 1, {1, 1, 1, 1}},
    {"SqueezeNet fire8 expand3x3", 64, 14, 256, 3, 1, {1, 1, 1, 1}},
    {"SqueezeNet conv10", 512, 14, 1000, 1, 1, {0, 0, 0, 0}},
};

}  // namespace deep_inside::test

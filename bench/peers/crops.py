"""The ten crops of a picture as this library takes them: corners and centre, then their mirror images."""

import numpy as np


def places(picture, size):
    (rows, cols), (height, width) = picture.shape[1:], size
    bottom, right = rows - height, cols - width
    return [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]


def cut(picture, size):
    """[channels, rows, cols] -> [10, channels, *size]."""
    height, width = size
    five = np.stack([picture[:, top : top + height, left : left + width] for top, left in places(picture, size)])
    return np.concatenate([five, five[..., ::-1]])


def merged(maps, picture):
    """The maps of the ten crops in their places, each pixel divided by the number of maps that cover it."""
    size = maps.shape[1:]
    sums = np.zeros(picture.shape[1:], np.float32)
    covering = np.zeros_like(sums)
    for straight, mirrored, (top, left) in zip(maps[:5], maps[5:, :, ::-1], places(picture, size)):
        place = np.s_[top : top + size[0], left : left + size[1]]
        sums[place] += straight + mirrored
        covering[place] += 2
    return np.divide(sums, covering, out=sums, where=covering > 0)

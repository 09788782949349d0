#pragma once

#include "core/instruction_set.h"

#pragma once

// Kernel bodies are compiled for the host (once per instruction set, each in a namespace of its own so that the linker
// never merges code made for different processors) and for CUDA.

#ifdef __CUDACC__
#define DI_HD __host__ __device__ inline
#else
#define DI_HD inline
#endif

// Before a loop over channels that lie side by side: one vector operation on the host.
#if defined(_OPENMP) && !defined(__CUDACC__)
#define DI_LANES _Pragma("omp simd")
#else
#define DI_LANES
#endif

#ifndef DEEP_INSIDE_ISA
#define DEEP_INSIDE_ISA portable
#endif

// Vector-multiplication-indexed session nearest neighbours (VMIS-kNN), the reference session method.
#ifndef AWASE_ENGINE_EVALUATE_VSKNN_H_
#define AWASE_ENGINE_EVALUATE_VSKNN_H_

#include <cstdint>

#include "absl/status/statusor.h"

#include "engine/evaluate/ranker.h"

namespace awase {

struct VsknnOptions {
  uint32_t m = 500;   // newest sessions considered
  uint32_t k = 50;    // neighbours of these
  uint32_t last = 2;  // newest views of the session that count
};

// Source: Kersbergen, Sprangers, Schelter, "Serenade", SIGMOD 2022; VS-kNN: Ludewig and Jannach, UMUAI 2018.
//   sessions  those with at most the 99.5 % quantile of distinct items (nearest rank); an item keeps its m
//   newest sample    the newest m sessions with any of the last views, newest view first; newest by their
//   latest view score     of a session: sum over shared views of (views - steps back) / distinct views; the k
//   best, ties to the newer items     sum over neighbours of score · (1 - 0.1 · steps back of the newest
//   shared view, from 1) · ln(purchases / support)
// Sessions of one second: the one with the greater number in World::known counts as newer. `world` must
// outlive the method. Errors: INVALID_ARGUMENT (an option is 0).
absl::StatusOr<Method> VsknnMethod(const World& world, const VsknnOptions& options);

}  // namespace awase

#endif  // AWASE_ENGINE_EVALUATE_VSKNN_H_

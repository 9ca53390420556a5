// The reader behind ReadOrders and ReadOrdersAsFacts.
#ifndef AWASE_ENGINE_INTAKE_ORDERS_H_
#define AWASE_ENGINE_INTAKE_ORDERS_H_

#include <functional>
#include <span>
#include <string>

#include "absl/status/statusor.h"

#include "engine/intake/intake.h"

namespace awase {

// ReadOrders; without `number_copies` every occurrence is 0, which saves its memory.
absl::StatusOr<IntakeReport> ReadOrderRecords(
    const std::string& path, const IntakeOptions& options, bool number_copies,
    const std::function<absl::Status(std::span<const OrderRow>)>& sink);

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_ORDERS_H_

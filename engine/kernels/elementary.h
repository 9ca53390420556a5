// Logarithm, exponential and power with the same bits on every machine.
//
// The C library picks other code on other processors and changes between versions, so its last bit may
// differ. These use only additions, multiplications, divisions and integer operations, each rounded as IEEE
// 754 says, in a fixed order and without contraction (the build says -ffp-contract=off). Error below 2 units
// in the last place (Log, Exp), relative 1e-14 (Pow).
#ifndef AWASE_ENGINE_KERNELS_ELEMENTARY_H_
#define AWASE_ENGINE_KERNELS_ELEMENTARY_H_

#include <bit>
#include <cmath>
#include <cstdint>

namespace awase::kernels {

inline constexpr double kLn2High = 0x1.62e42fefa3800p-1;  // 20 low bits zero: times an exponent it is exact
inline constexpr double kLn2Low = 0x1.ef35793c76730p-45;

// Natural logarithm of a positive, normal, finite number.
inline double Log(double x) noexcept {
  uint64_t bits = std::bit_cast<uint64_t>(x);
  // Mantissa in [sqrt(1/2), sqrt(2)).
  const int64_t exponent = static_cast<int64_t>(bits - 0x3fe6a09e667f3bcdull) >> 52;
  bits -= static_cast<uint64_t>(exponent) << 52;
  const double m = std::bit_cast<double>(bits);
  // log m = 2 atanh(s); odd series in s, |s| <= 0.1716.
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double p = 2.0 / 21;
  p = p * z + 2.0 / 19;
  p = p * z + 2.0 / 17;
  p = p * z + 2.0 / 15;
  p = p * z + 2.0 / 13;
  p = p * z + 2.0 / 11;
  p = p * z + 2.0 / 9;
  p = p * z + 2.0 / 7;
  p = p * z + 2.0 / 5;
  p = p * z + 2.0 / 3;
  const double e = static_cast<double>(exponent);
  return e * kLn2High + (2.0 * s + (s * z * p + e * kLn2Low));
}

// e^x for |x| <= 700.
inline double Exp(double x) noexcept {
  const double k = std::floor(x * 1.4426950408889634 + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;  // |r| <= ln 2 / 2
  double p = 1.0 / 87178291200.0;                     // 1/14!
  p = p * r + 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r * r + r + 1.0;
  // In two steps, so that the factor is a normal number at both ends.
  const int64_t half = static_cast<int64_t>(k) / 2;
  const double first = std::bit_cast<double>(static_cast<uint64_t>(half + 1023) << 52);
  const double second =
      std::bit_cast<double>(static_cast<uint64_t>(static_cast<int64_t>(k) - half + 1023) << 52);
  return p * first * second;
}

// x^y for x > 0; 0 when the result is below e^-700.
inline double Pow(double x, double y) noexcept {
  if (y == 0.0) return 1.0;
  if (y == 1.0) return x;
  if (y == 0.5) return std::sqrt(x);
  if (y == 1.5) return x * std::sqrt(x);
  if (y == -0.5) return 1.0 / std::sqrt(x);
  if (y == 2.0) return x * x;
  const double exponent = y * Log(x);
  return exponent < -700.0 ? 0.0 : Exp(exponent);
}

}  // namespace awase::kernels

#endif  // AWASE_ENGINE_KERNELS_ELEMENTARY_H_

// Small things about texts in files.
#ifndef AWASE_ENGINE_INTAKE_TEXT_H_
#define AWASE_ENGINE_INTAKE_TEXT_H_

#include <string>
#include <string_view>

namespace awase {

// Without surrounding spaces and tabs.
inline std::string_view Trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

inline std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_TEXT_H_

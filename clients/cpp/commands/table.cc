#include "clients/cpp/commands/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace awase::client::commands {
namespace {

struct Character {
  uint32_t code = 0;
  size_t bytes = 1;
};

Character Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t bytes = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (bytes == 1 || bytes > text.size()) {
    return {lead, 1};
  }
  uint32_t code = lead & (0xffu >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return {lead, 1};
    }
    code = code << 6 | (byte(i) & 0x3fu);
  }
  return {code, bytes};
}

// The wide ranges of Unicode's EastAsianWidth.txt that product titles use, and the zero-width ones.
int Width(uint32_t c) {
  struct Range {
    uint32_t first, last;
  };
  static constexpr Range kWide[] = {
      {0x1100, 0x115f}, {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
      {0xa000, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe4f},   {0xff00, 0xff60},
      {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd}};
  static constexpr Range kNone[] = {
      {0x0300, 0x036f}, {0x200b, 0x200f}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}};
  const auto within = [c](const Range& r) { return c >= r.first && c <= r.last; };
  if (std::any_of(std::begin(kNone), std::end(kNone), within)) {
    return 0;
  }
  return std::any_of(std::begin(kWide), std::end(kWide), within) ? 2 : 1;
}

std::string Aligned(const std::string& cell, const Column& column, int width, bool last) {
  const int most = column.most > 0 ? std::min(width, column.most) : width;
  if (!column.right) {
    return last ? Fit(cell, std::min(most, DisplayWidth(cell))) : Fit(cell, most);
  }
  return std::string(static_cast<size_t>(std::max(0, most - DisplayWidth(cell))), ' ') + cell;
}

}  // namespace

int DisplayWidth(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Character c = Decode(text);
    width += Width(c.code);
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string Fit(std::string_view text, int columns) {
  const bool cut = DisplayWidth(text) > columns;
  const int room = cut ? columns - 1 : columns;
  std::string out;
  int width = 0;
  while (!text.empty()) {
    const Character c = Decode(text);
    const int w = Width(c.code);
    if (width + w > room) {
      break;
    }
    const bool control = c.code < 0x20 || c.code == 0x7f || (c.code >= 0x80 && c.code < 0xa0);
    out += control ? std::string(" ") : std::string(text.substr(0, c.bytes));
    width += w;
    text.remove_prefix(c.bytes);
  }
  if (cut && columns > 0) {
    out += "…";
    ++width;
  }
  return out.append(static_cast<size_t>(std::max(0, columns - width)), ' ');
}

int TerminalColumns() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40 ? size.ws_col : 100;
}

std::string Grouped(int64_t count) {
  std::string digits = std::to_string(count);
  for (int at = static_cast<int>(digits.size()) - 3; at > (count < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<size_t>(at), 1, ',');
  }
  return digits;
}

std::string Table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
  std::vector<int> widths;
  for (size_t c = 0; c < columns.size(); ++c) {
    int width = DisplayWidth(columns[c].title);
    for (const auto& row : rows) {
      width = c < row.size() ? std::max(width, DisplayWidth(row[c])) : width;
    }
    widths.push_back(columns[c].most > 0 ? std::min(width, columns[c].most) : width);
  }
  std::string out;
  const auto line = [&](const auto& cell_of) {
    for (size_t c = 0; c < columns.size(); ++c) {
      out += c > 0 ? "  " : "";
      out += Aligned(cell_of(c), columns[c], widths[c], c + 1 == columns.size());
    }
    out += "\n";
  };
  line([&](size_t c) { return columns[c].title; });
  line([&](size_t c) { return std::string(static_cast<size_t>(widths[c]), '-'); });
  for (const auto& row : rows) {
    line([&](size_t c) { return c < row.size() ? row[c] : std::string(); });
  }
  return out;
}

}  // namespace awase::client::commands

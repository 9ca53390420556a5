// Tables for a terminal, Japanese included.
#ifndef AWASE_CLIENTS_CPP_COMMANDS_TABLE_H_
#define AWASE_CLIENTS_CPP_COMMANDS_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace awase::client::commands {

// Columns that UTF-8 text takes on a terminal: East Asian wide characters take two, combining marks none. A
// byte that is no UTF-8 takes one.
int DisplayWidth(std::string_view text);

// Text cut to at most `columns` ("…" marks a cut) and, unless it is shorter than needed, filled up with
// spaces. Control characters become spaces, so that a title from a file cannot move the cursor.
std::string Fit(std::string_view text, int columns);

// Columns of the terminal on stdout; 100 when there is none.
int TerminalColumns();

// 1234567 as "1,234,567".
std::string Grouped(int64_t count);

struct Column {
  std::string title;
  bool right = false;
  // Cut to this; 0: as wide as the widest cell.
  int most = 0;
};

// Rows under a header with a rule, two spaces between columns. Cells beyond a row's end are empty.
std::string Table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows);

}  // namespace awase::client::commands

#endif  // AWASE_CLIENTS_CPP_COMMANDS_TABLE_H_

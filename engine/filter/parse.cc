// AIP-160's grammar by recursive descent (google.aip.dev/160, "EBNF"):
//
//   expression  sequence {"AND" sequence}
//   sequence    factor {factor}
//   factor      term {"OR" term}
//   term        ["NOT" | "-"] simple
//   simple      restriction | "(" expression ")"
//   restriction field {"." field} comparator value
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/filter/node.h"

namespace awase {
namespace {

using Node = Filter::Node;

constexpr size_t kMaxBytes = 2000;
constexpr uint32_t kMaxLevels = 32;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
// Ends a bare word.
bool IsDelimiter(char c) {
  return IsBlank(c) || std::string_view("()<>=!:,\"'").find(c) != std::string_view::npos;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  absl::StatusOr<Node> All() {
    absl::StatusOr<Node> node = Expression(0);
    if (!node.ok()) return node;
    SkipBlanks();
    if (at_ < text_.size()) return Unexpected("a comparison, AND or OR");
    return node;
  }
  bool Blank() {
    SkipBlanks();
    return at_ == text_.size();
  }

 private:
  absl::Status Unexpected(std::string_view expected) const {
    const std::string got =
        at_ == text_.size() ? "the end" : absl::StrCat("'", std::string(WordAt(at_)), "'");
    return FilterError(at_ + 1, absl::StrCat("expected ", std::string(expected), ", got ", got));
  }
  // The word, or the one character, at a place.
  std::string_view WordAt(size_t at) const {
    size_t end = at;
    while (end < text_.size() && !IsDelimiter(text_[end])) ++end;
    if (end == at && end < text_.size()) ++end;
    return text_.substr(at, end - at);
  }
  void SkipBlanks() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  }
  // Takes a keyword that stands alone.
  bool Take(std::string_view keyword) {
    SkipBlanks();
    if (!text_.substr(at_).starts_with(keyword)) return false;
    const size_t end = at_ + keyword.size();
    if (end < text_.size() && !IsBlank(text_[end]) && text_[end] != '(') return false;
    at_ = end;
    return true;
  }
  bool TakeChar(char c) {
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool AtKeyword(std::string_view keyword) {
    const size_t before = at_;
    const bool there = Take(keyword);
    at_ = before;
    return there;
  }

  static Node Join(Node::Kind kind, std::vector<Node> children) {
    if (children.size() == 1) return std::move(children.front());
    Node node;
    node.kind = kind;
    node.children = std::move(children);
    return node;
  }

  absl::StatusOr<Node> Expression(uint32_t level) {
    std::vector<Node> parts;
    do {
      absl::StatusOr<Node> part = Sequence(level);
      if (!part.ok()) return part;
      parts.push_back(*std::move(part));
    } while (Take("AND"));
    return Join(Node::Kind::kAnd, std::move(parts));
  }

  absl::StatusOr<Node> Sequence(uint32_t level) {
    std::vector<Node> parts;
    do {
      absl::StatusOr<Node> part = Factor(level);
      if (!part.ok()) return part;
      parts.push_back(*std::move(part));
      SkipBlanks();
    } while (at_ < text_.size() && text_[at_] != ')' && !AtKeyword("AND"));
    return Join(Node::Kind::kAnd, std::move(parts));
  }

  absl::StatusOr<Node> Factor(uint32_t level) {
    std::vector<Node> parts;
    do {
      absl::StatusOr<Node> part = Term(level);
      if (!part.ok()) return part;
      parts.push_back(*std::move(part));
    } while (Take("OR"));
    return Join(Node::Kind::kOr, std::move(parts));
  }

  absl::StatusOr<Node> Term(uint32_t level) {
    if (!Take("NOT") && !TakeChar('-')) return Simple(level);
    absl::StatusOr<Node> inner = Simple(level);
    if (!inner.ok()) return inner;
    Node node;
    node.kind = Node::Kind::kNot;
    node.children.push_back(*std::move(inner));
    return node;
  }

  absl::StatusOr<Node> Simple(uint32_t level) {
    SkipBlanks();
    const size_t open = at_;
    if (!TakeChar('(')) return Restriction();
    if (level == kMaxLevels)
      return FilterError(open + 1, absl::StrCat("nested deeper than ", kMaxLevels, " levels"));
    absl::StatusOr<Node> inner = Expression(level + 1);
    if (!inner.ok()) return inner;
    if (!TakeChar(')')) return Unexpected("')'");
    return inner;
  }

  absl::StatusOr<Node> Restriction() {
    Node node;
    node.position = at_ + 1;
    if (absl::Status status = Field(node.field); !status.ok()) return status;
    const absl::StatusOr<Comparator> comparator = TakeComparator();
    if (!comparator.ok()) return comparator.status();
    node.comparator = *comparator;
    SkipBlanks();
    node.literal.position = at_ + 1;
    if (absl::Status status = Value(node.literal); !status.ok()) return status;
    if (node.literal.wild() && !Allowed(node)) {
      return FilterError(node.literal.position,
                         "'*' stands for any text in = and != only, or alone after ':'");
    }
    return node;
  }
  static bool Allowed(const Node& node) {
    return node.comparator == Comparator::kEqual || node.comparator == Comparator::kUnequal ||
           (node.comparator == Comparator::kHas && node.literal.anything());
  }

  // Words and strings with dots between them.
  absl::Status Field(std::string& field) {
    SkipBlanks();
    while (true) {
      if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
        Literal part;
        if (absl::Status status = Quoted(part, /*wildcards=*/false); !status.ok()) return status;
        field += part.text;
      } else {
        const size_t begin = at_;
        while (at_ < text_.size() && !IsDelimiter(text_[at_]) && text_[at_] != '.') ++at_;
        if (at_ == begin) return Unexpected("a field");
        field += text_.substr(begin, at_ - begin);
      }
      if (at_ == text_.size() || text_[at_] != '.') return absl::OkStatus();
      field += text_[at_++];
    }
  }

  absl::StatusOr<Comparator> TakeComparator() {
    SkipBlanks();
    constexpr std::pair<std::string_view, Comparator> kComparators[] = {
        {"<=", Comparator::kLessEqual}, {">=", Comparator::kGreaterEqual}, {"!=", Comparator::kUnequal},
        {"=", Comparator::kEqual},      {"<", Comparator::kLess},          {">", Comparator::kGreater},
        {":", Comparator::kHas}};
    for (const auto& [sign, comparator] : kComparators) {
      if (!text_.substr(at_).starts_with(sign)) continue;
      at_ += sign.size();
      return comparator;
    }
    return Unexpected("a comparison (= != < <= > >= :)");
  }

  absl::Status Value(Literal& literal) {
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\''))
      return Quoted(literal, /*wildcards=*/true);
    const size_t begin = at_;
    while (at_ < text_.size() && !IsDelimiter(text_[at_])) ++at_;
    std::string_view word = text_.substr(begin, at_ - begin);
    if (word.empty() || word == "AND" || word == "OR" || word == "NOT") {
      at_ = begin;
      return Unexpected("a value");
    }
    literal.number = NumberOf(word);
    if (word.starts_with('*')) {
      literal.open_start = true;
      word.remove_prefix(1);
    }
    if (word.ends_with('*')) {
      literal.open_end = true;
      word.remove_suffix(1);
    }
    literal.text = word;
    return absl::OkStatus();
  }

  absl::Status Quoted(Literal& literal, bool wildcards) {
    const size_t begin = at_;
    const char quote = text_[at_++];
    literal.quoted = true;
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == quote) {
        ++at_;
        return absl::OkStatus();
      }
      const bool last = at_ + 1 < text_.size() && text_[at_ + 1] == quote;
      if (c == '*' && wildcards && (at_ == begin + 1 || last)) {
        (at_ == begin + 1 ? literal.open_start : literal.open_end) = true;
        continue;
      }
      if (c == '\\' && at_ + 1 < text_.size()) c = text_[++at_];
      literal.text += c;
    }
    return FilterError(begin + 1, "this string has no end");
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Filter> Filter::Parse(std::string_view text) {
  Filter filter;
  if (text.size() > kMaxBytes) {
    return FilterError(kMaxBytes + 1,
                       absl::StrCat("must be at most ", kMaxBytes, " bytes, got ", text.size()));
  }
  if (Parser(text).Blank()) return filter;
  absl::StatusOr<Node> root = Parser(text).All();
  if (!root.ok()) return root.status();
  filter.root_ = std::make_shared<const Node>(*std::move(root));
  return filter;
}

}  // namespace awase

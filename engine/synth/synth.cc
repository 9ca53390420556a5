#include "engine/synth/synth.h"

#include <cstdio>
#include <string>
#include <utility>

#include "engine/synth/catalogue.h"
#include "engine/synth/shopping.h"

namespace awase {
namespace {

std::string Numbered(char letter, uint32_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "%c%07u", letter, number + 1);
  return text;
}

absl::Status CheckRange(const char* name, uint32_t value, uint32_t most) {
  if (value >= 1 && value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(std::string(name) + ": must lie in 1.." + std::to_string(most) +
                                    ", got " + std::to_string(value));
}

}  // namespace

std::string SyntheticShop::DocumentId(uint32_t order) const {
  return order < orders ? Numbered('O', order) : Numbered('R', order - orders);
}
std::string SyntheticShop::CustomerName(uint32_t customer) { return Numbered('C', customer); }
std::string SyntheticShop::SessionId(uint32_t session) { return Numbered('S', session); }

absl::Status ValidateSynth(const SynthOptions& options) {
  if (absl::Status s = CheckRange("items", options.items, 1'000'000); !s.ok()) return s;
  if (absl::Status s = CheckRange("customers", options.customers, 10'000'000); !s.ok()) return s;
  return CheckRange("orders", options.orders, 50'000'000);
}

SyntheticShop Generate(const SynthOptions& options) {
  SyntheticShop shop;
  shop.options = options;
  Catalogue shelves = StockShelves(options);
  DrawOrders(shelves, shop);
  DrawViews(shelves, shop);
  shop.items = std::move(shelves.items);
  shop.ladders = std::move(shelves.ladders);
  shop.planted = std::move(shelves.planted);
  return shop;
}

FactTable ToFacts(const SyntheticShop& shop) {
  FactTable facts;
  for (const Item& item : shop.items) facts.items.Intern(item.id);
  const uint32_t postage = facts.items.Intern(kPostageId);
  for (uint32_t document = 0; document < shop.documents; ++document)
    facts.orders.Intern(shop.DocumentId(document));
  facts.order_customer.assign(shop.documents, kAnonymous);
  for (const SynthLine& line : shop.lines) {
    if (line.customer != kAnonymous) {
      facts.order_customer[line.order] = facts.customers.Intern(SyntheticShop::CustomerName(line.customer));
    }
    facts.lines.push_back(
        {line.order, line.item == kPostage ? postage : line.item, line.quantity, line.time});
  }
  for (uint32_t session = 0; session < shop.sessions; ++session)
    facts.sessions.Intern(SyntheticShop::SessionId(session));
  for (const SynthView& view : shop.views) facts.views.push_back({view.session, view.item, view.time});
  return facts;
}

}  // namespace awase

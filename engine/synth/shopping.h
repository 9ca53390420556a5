// What the synthetic shop's customers do: orders, returns, sessions of views.
#ifndef AWASE_ENGINE_SYNTH_SHOPPING_H_
#define AWASE_ENGINE_SYNTH_SHOPPING_H_

#include "engine/synth/catalogue.h"
#include "engine/synth/dice.h"
#include "engine/synth/synth.h"

namespace awase {

// Fills lines, orders and documents.
void DrawOrders(const Catalogue& shelves, SyntheticShop& shop);
// Fills views and sessions; needs the orders. Most orders have a session before them; every second one is a
// visit without a sale.
void DrawViews(const Catalogue& shelves, SyntheticShop& shop);

// All items by popularity.
Weighted ByPopularity(const Catalogue& shelves);

}  // namespace awase

#endif  // AWASE_ENGINE_SYNTH_SHOPPING_H_

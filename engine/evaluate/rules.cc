#include "engine/evaluate/rules.h"

namespace awase {
namespace {

std::string QuestionRule(Protocol protocol) {
  switch (protocol) {
    case Protocol::kCart:
      return "up to 3 positions of a basket, drawn without replacement with the seed, are hidden one at a "
             "time; the rest is "
             "the cart";
    case Protocol::kCartHalf:
      return "half of a basket (rounded down), drawn with the seed, is hidden; the rest is the cart";
    case Protocol::kItemPage:
      return "up to 3 positions of a basket, drawn without replacement with the seed, are looked at one at a "
             "time; the "
             "others are relevant";
    case Protocol::kSession:
      return "after each view of a session but its last; HR and MRR look at the next view only, recall and "
             "nDCG at all "
             "distinct later views";
    case Protocol::kNextBasket:
      return "every order of a known customer with an earlier order, nothing in the cart; all its items are "
             "relevant";
  }
  return "";
}

std::string RepeatRule(Protocol protocol) {
  switch (protocol) {
    case Protocol::kCart:
    case Protocol::kCartHalf:
      return "items of the cart are never ranked; items bought before are, and count as hits";
    case Protocol::kItemPage:
      return "the item of the page is never ranked; items bought before are, and count as hits";
    case Protocol::kSession:
      return "the item last viewed is never ranked; items viewed before it are, and count as hits";
    case Protocol::kNextBasket:
      return "all items are ranked; items bought before count as hits";
  }
  return "";
}

std::string SplitRule(SplitKind split) {
  switch (split) {
    case SplitKind::kTime:
      return "test = orders from test_from to the newest purchase, counted back from its time stamp; "
             "training = all lines "
             "before test_from; options are chosen on validation_from..test_from, trained on what lies "
             "before it";
    case SplitKind::kRandom:
      return "a share of all orders drawn with each seed; options are chosen on the same share of the rest, "
             "which is then "
             "trained on as well";
    case SplitKind::kPrefix:
      return "by the beginning of the order id: training train-, test test-; options are chosen on valid- "
             "and not trained "
             "on it";
  }
  return "";
}

std::string HistoryRule(Protocol protocol, SplitKind split) {
  if (protocol == Protocol::kSession) return "the earlier views of the same session, each as one order";
  if (split == SplitKind::kRandom) return "the customer's orders in the training part";
  return "the customer's orders strictly before this one, earlier test orders included";
}

std::string AnchorRule(Protocol protocol) {
  switch (protocol) {
    case Protocol::kSession:
      return "the plain measures see the item last viewed; awase* also the views before it, as the personal "
             "part "
             "of the blend; vsknn the last views; personal the views before the last";
    case Protocol::kNextBasket:
      return "the plain measures see the customer's last order; awase* and personal all earlier orders";
    default:
      return "all methods see the same cart";
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> RulesOf(Protocol protocol, SplitKind split) {
  const bool session = protocol == Protocol::kSession;
  return {
      {"split", SplitRule(split)},
      {"question", QuestionRule(protocol)},
      {"repeat", RepeatRule(protocol)},
      {"history", HistoryRule(protocol, split)},
      {"returns",
       "returns and negative quantities are dropped, repeated lines of an order count once; non-products are "
       "kept unless the store's settings name them"},
      {"unknown",
       session
           ? "views of items never seen in training stay and cannot be hit"
           : "items never seen in training are dropped from a basket; baskets with fewer than 2 items left "
             "(next-basket: 1) are not asked"},
      {"candidates",
       "the whole catalogue, no sampled negatives; popularity fallbacks off, so an item with score 0 is a "
       "miss"},
      {"availability",
       "every item counts as on sale, since today's flag says nothing about the days that are asked"},
      {"ties", "by item id, ascending bytes"},
      {"weight", session ? "each step of a session weighs 1" : "each basket weighs 1"},
      {"ndcg_ideal", "gain 1, discount 1/log2(place + 1); the ideal has min(k, relevant items) hits on top"},
      {"anchors", AnchorRule(protocol)},
      {"ci95", "percentile bootstrap over customers; each anonymous basket is its own cluster"},
      {"coverage", "share of the items seen in training that stand in at least one top 10 of a seed"},
      {"popularity", "mean training support of the items in the top 10 over that of the relevant items"},
      {"plain",
       "count, confidence, cosine, jaccard, llr: whole rows, no damping, no decay, no floor; personal: decay "
       "0.9"},
  };
}

}  // namespace awase

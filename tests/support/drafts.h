// Two models compared to the bit.
#ifndef AWASE_TESTS_SUPPORT_DRAFTS_H_
#define AWASE_TESTS_SUPPORT_DRAFTS_H_

#include <gtest/gtest.h>

#include <bit>

#include "engine/model/draft.h"

namespace awase::testing {

inline void ExpectSameDraft(const ModelDraft& a, const ModelDraft& b) {
  ASSERT_EQ(a.items, b.items);
  ASSERT_EQ(a.support_units, b.support_units);
  ASSERT_EQ(a.support_customers, b.support_customers);
  ASSERT_EQ(a.recent_sales, b.recent_sales);
  ASSERT_EQ(a.edge_offsets, b.edge_offsets);
  ASSERT_EQ(a.edges.size(), b.edges.size());
  ASSERT_EQ(a.evidence.size(), b.evidence.size());
  for (size_t e = 0; e < a.edges.size(); ++e) {
    ASSERT_EQ(a.edges[e].item, b.edges[e].item) << "edge " << e;
    ASSERT_EQ(std::bit_cast<uint32_t>(a.edges[e].score), std::bit_cast<uint32_t>(b.edges[e].score))
        << "edge " << e << ": " << a.edges[e].score << " and " << b.edges[e].score;
    ASSERT_EQ(a.evidence[e].joint_units, b.evidence[e].joint_units) << "edge " << e;
    ASSERT_EQ(a.evidence[e].joint_customers, b.evidence[e].joint_customers) << "edge " << e;
    ASSERT_EQ(a.evidence[e].median_lag, b.evidence[e].median_lag) << "edge " << e;
  }
  ASSERT_EQ(a.units, b.units);
  ASSERT_EQ(a.customers, b.customers);
  ASSERT_EQ(a.watermark, b.watermark);
  ASSERT_EQ(a.options_json, b.options_json);
}

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_DRAFTS_H_
